"""The sender: requests under way, retries, keys, and the outcome of each message."""

from __future__ import annotations

import asyncio
import time
from collections.abc import (
    AsyncGenerator,
    AsyncIterable,
    AsyncIterator,
    Awaitable,
    Callable,
    Iterable,
    Sequence,
)
from contextlib import aclosing, suppress
from time import monotonic
from typing import TYPE_CHECKING, Self

from pwagen.errors import PwagenError
from pwagen.keys.key_pair import KeyPair
from pwagen.push.crypto.encryption import PayloadTooLargeError, encrypt, padding_to
from pwagen.push.crypto.encryption_process import EncryptionProcess
from pwagen.push.crypto.vapid import VapidSigner
from pwagen.push.delivery.jobs import Job, Jobs, ahead, each
from pwagen.push.delivery.throttle import Throttle
from pwagen.push.messages.raw_message import Sendable
from pwagen.push.subscription import Subscription
from pwagen.push.transport.endpoints import EndpointError, EndpointPolicy, origin
from pwagen.push.transport.outcome import Outcome, Status, classify
from pwagen.push.transport.request_headers import encrypted_headers
from pwagen.push.transport.retry import RetryPolicy, retry_after_seconds
from pwagen.push.transport.vendors import headers_for, is_about_one_subscription

if TYPE_CHECKING:
    import ssl

    from pwagen.push.transport.http_client import HttpClient

Messages = Sendable | Callable[[Subscription], Sendable]
Settled = Callable[[Outcome], Awaitable[None]]
_GRACE_OVER = object()
_Ended = asyncio.Queue[Outcome | Exception | object | None]
_AHEAD = 96  # bodies that wait for a connection, so that none waits for a body
_AT_ONCE = 32  # bodies that are ordered together


class Sender:
    """Keeps connections and tokens for as long as it is entered (`async with Sender(…) as sender`).

    `key_pairs` is the VAPID key pair, or several during a rotation: the first is tried first, the next
    ones where a service rejects it. `policy` says which endpoints are allowed. With `encryption_process`
    a second process encrypts, from the thousandth message on; subscriptions are then read some ahead.
    `pad_to` fills payloads up to a multiple of so many octets, so that their length tells services less.
    """

    def __init__(
        self,
        key_pairs: KeyPair | Sequence[KeyPair],
        subject: str,
        *,
        policy: EndpointPolicy | None = None,
        retry: RetryPolicy | None = None,
        concurrency: int = 100,
        timeout_seconds: float = 30.0,
        ssl_context: ssl.SSLContext | None = None,
        encryption_process: bool = False,
        pad_to: int = 0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """Raises SubjectError for a contact that push services refuse."""
        pairs = [key_pairs] if isinstance(key_pairs, KeyPair) else list(key_pairs)
        if not pairs or concurrency < 1:
            raise ValueError("at least one key pair and a concurrency of 1 are needed")
        self._signers = {pair.public_key: VapidSigner(pair, subject) for pair in pairs}
        self._policy = policy or EndpointPolicy()
        self._retry = retry or RetryPolicy()
        self._concurrency = concurrency
        self._timeout = timeout_seconds
        self._ssl_context = ssl_context
        self._encryption = EncryptionProcess() if encryption_process else None
        self._pad_to = pad_to
        self._clock = clock
        policy_of_pauses = self._retry.base_seconds, self._retry.longest_seconds, timeout_seconds
        self._throttle = Throttle(*policy_of_pauses, self._retry.longest_hold_seconds)
        self._running: dict[Jobs, _Ended] = {}
        self._stopped = False
        self._last_encoded: tuple[Sendable, tuple[bytes, dict[str, str]]] | None = None
        self._client: HttpClient | None = None

    async def __aenter__(self) -> Self:
        """Make ready; connections are made when they are needed."""
        from pwagen.push.transport.http_client import HttpClient

        self._client = HttpClient(
            self._policy,
            most_idle=self._concurrency,
            timeout_seconds=self._timeout,
            ssl_context=self._ssl_context,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        """Close all connections, and end the second process."""
        if self._encryption:
            await self._encryption.close()
        if self._client:
            await self._client.close()
            self._client = None

    def stop(self, grace_seconds: float = 5.0) -> None:
        """Send nothing more: requests under way may take `grace_seconds`, then `send_many` ends."""
        self._stopped = True
        for jobs, ended in self._running.items():
            jobs.stop()
            asyncio.get_running_loop().call_later(grace_seconds, self._end, ended)

    def _end(self, ended: _Ended) -> None:
        self._ending = asyncio.ensure_future(ended.put(_GRACE_OVER))

    def pauses(self) -> dict[str, float]:
        """Return the origins of the services that refuse everybody, and the seconds until they are asked."""
        return self._throttle.pauses(monotonic())

    async def send(self, subscription: Subscription, message: Sendable) -> Outcome:
        """Return the outcome of `message`, after the retries that its service asked for."""
        jobs = Jobs(each([Job(subscription, message)]), self._held_seconds)
        async with aclosing(self._outcomes(jobs, 1)) as outcomes:
            stopped = Outcome(subscription.endpoint, Status.RETRY, "the sender was stopped", attempts=0)
            return await anext(outcomes, stopped)

    async def send_many(
        self,
        subscriptions: Iterable[Subscription] | AsyncIterable[Subscription],
        message: Messages,
        *,
        settled: Settled | None = None,
    ) -> AsyncGenerator[Outcome]:
        """Yield one outcome for each subscription, in the order in which they end.

        `message` is the same for all, or a function from a subscription to its own. At most
        `concurrency` requests are under way; subscriptions are read only as fast as that. `settled` is
        awaited with each outcome before another request starts in its place.
        """

        async def new_jobs() -> AsyncIterator[Job]:
            async for subscription in each(subscriptions):
                yield Job(subscription, message(subscription) if callable(message) else message)

        jobs = Jobs(ahead(new_jobs(), self._prepare, _AHEAD, _AT_ONCE), self._held_seconds)
        async with aclosing(self._outcomes(jobs, self._concurrency, settled)) as outcomes:
            async for outcome in outcomes:
                yield outcome

    async def _outcomes(
        self, jobs: Jobs, workers: int, settled: Settled | None = None
    ) -> AsyncGenerator[Outcome]:
        ended: _Ended = asyncio.Queue(workers)
        tasks = [asyncio.create_task(self._work(jobs, ended, settled)) for _ in range(workers)]
        self._running[jobs] = ended
        if self._stopped:
            jobs.stop()
        try:
            while workers and (result := await ended.get()) is not _GRACE_OVER:
                if isinstance(result, Exception):
                    raise result
                if isinstance(result, Outcome):
                    yield result
                else:
                    workers -= 1
        finally:
            del self._running[jobs]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _work(self, jobs: Jobs, ended: _Ended, settled: Settled | None) -> None:
        """Take jobs until there are none; then, or if something fails, say so in `ended`."""
        try:
            while (job := await jobs.next()) is not None:
                service = _service(job)
                if self._throttle.enter(service, monotonic()) <= 0:
                    outcome, wait = await self._step(job, service)
                elif self._held_seconds(service) > 0:
                    jobs.hold(job, service)
                    continue
                else:
                    outcome, wait = self._left_alone(job, service), None
                if wait is None:
                    if settled:
                        await settled(outcome)
                    await ended.put(outcome)
                    jobs.finish()
                else:
                    jobs.defer(job, wait)
        except Exception as error:
            await ended.put(error)
        else:
            await ended.put(None)

    async def _step(self, job: Job, service: str) -> tuple[Outcome, float | None]:
        """Return an outcome, and the seconds until another attempt, None if it is the end."""
        sent_at = monotonic()
        outcome = await self._attempt(job)
        self._learn(service, outcome, sent_at)
        return outcome, self._wait(job, outcome)

    def _learn(self, service: str, outcome: Outcome, sent_at: float) -> None:
        """Note what an outcome says about its service."""
        if outcome.status is Status.DELIVERED:
            if self._throttle.taken(service):
                for jobs in self._running:
                    jobs.wake()
        elif outcome.status is Status.RETRY:
            retry_after = (outcome.retry_after_seconds or 0) if outcome.for_service else 0
            self._throttle.refused(service, outcome.endpoint, retry_after, sent_at, monotonic())
        else:
            self._throttle.answered(service, sent_at, monotonic())

    def _wait(self, job: Job, outcome: Outcome) -> float | None:
        """Return the seconds until another attempt, None when `outcome` is the end."""
        if outcome.status is Status.KEY_REJECTED and outcome.vapid_public_key:
            job.rejected_keys.add(outcome.vapid_public_key)
            return 0 if self._key(job) else None
        if outcome.status is not Status.RETRY:
            return None
        return self._retry.wait(job.attempts, outcome.retry_after_seconds)

    def _held_seconds(self, service: str) -> float:
        """Return for how long jobs of a service wait; none do where waiting is hopeless."""
        now = monotonic()
        return 0 if self._throttle.is_hopeless(service, now) else self._throttle.pause(service, now)

    def _left_alone(self, job: Job, service: str) -> Outcome:
        """Return the outcome of a message that is not sent: its service takes nothing for long."""
        pause = max(0.0, self._throttle.pause(service, monotonic()))
        cause = f"the service refuses everybody and is left alone for {pause:.0f} s - send again later"
        endpoint = job.subscription.endpoint
        return Outcome(endpoint, Status.RETRY, cause, attempts=job.attempts, retry_after_seconds=pause)

    def _key(self, job: Job) -> str | None:
        """Return the public key to try next: the subscription's if we have its pair, else the first."""
        preferred = job.subscription.vapid_public_key
        candidates = [preferred] if preferred in self._signers else []
        candidates += [key for key in self._signers if key != preferred]
        return next((key for key in candidates if key not in job.rejected_keys), None)

    async def _attempt(self, job: Job) -> Outcome:
        endpoint = job.subscription.endpoint
        key = self._key(job) or ""
        job.attempts += 1
        try:
            service, target = self._policy.allowed(endpoint)
            authorization = self._signers[key].authorization(service.origin, self._clock())
            payload, encoded = self._encoded(job.message)
            delivery, reason = headers_for(endpoint, encoded)
            if reason:
                return Outcome(endpoint, Status.MISCONFIGURED, reason, attempts=job.attempts)
            body = await self._body(payload, job)
        except PayloadTooLargeError as error:
            return Outcome(endpoint, Status.TOO_LARGE, str(error), attempts=job.attempts)
        except PwagenError as error:
            return Outcome(endpoint, Status.MISCONFIGURED, str(error), attempts=job.attempts)
        headers = encrypted_headers(body, delivery, authorization)
        http_status, after, for_service = 0, None, True
        try:
            if self._client is None:
                raise RuntimeError("a Sender sends only inside `async with`")
            answer = await self._client.post(service, target, headers, body)
        except (OSError, ValueError, PwagenError) as error:
            status, cause = _failure(error, self._timeout)
        else:
            http_status = answer.status
            status, cause = classify(endpoint, http_status, answer.headers, answer.text)
            after = retry_after_seconds(answer.headers.get("retry-after"), self._clock())
            if status is Status.RETRY:
                for_service = not is_about_one_subscription(endpoint, http_status, answer.headers)
        return Outcome(endpoint, status, cause, http_status, job.attempts, after, key, for_service)

    def _encoded(self, message: Sendable) -> tuple[bytes, dict[str, str]]:
        """Return payload and delivery headers, computed once for a message that goes to many."""
        if self._last_encoded is None or self._last_encoded[0] is not message:
            self._last_encoded = message, (message.payload(), message.headers())
        return self._last_encoded[1]

    def _prepare(self, job: Job) -> None:
        """Let the second process encrypt what connections will need soon."""
        if self._encryption and self._encryption.pid:
            with suppress(PwagenError):  # the attempt says what is wrong
                if payload := self._encoded(job.message)[0]:
                    to = job.subscription
                    padding = padding_to(self._pad_to, len(payload))
                    job.body = self._encryption.order(payload, to.p256dh, to.auth, padding)

    async def _body(self, payload: bytes, job: Job) -> bytes:
        to, ordered, job.body = job.subscription, job.body, None
        if not payload:
            return b""
        padding = padding_to(self._pad_to, len(payload))
        if self._encryption:
            return await self._encryption.encrypt(payload, to.p256dh, to.auth, ordered, padding=padding)
        return encrypt(payload, to.p256dh, to.auth, padding=padding)


def _service(job: Job) -> str:
    try:
        return origin(job.subscription.endpoint)
    except EndpointError:
        return ""  # the attempt says what is wrong with it


def _failure(error: Exception, timeout_seconds: float) -> tuple[Status, str]:
    """Return what a failed exchange means, and its cause in words."""
    import ssl

    from pwagen.push.transport.http_client import UnreachableError
    from pwagen.push.transport.resolver import AddressRefusedError

    if isinstance(error, AddressRefusedError | PwagenError):
        return Status.MISCONFIGURED, str(error)
    if isinstance(error, TimeoutError):
        return Status.RETRY, f"the service did not answer within {timeout_seconds:g} s"
    if isinstance(error, ssl.SSLCertVerificationError):
        return Status.MISCONFIGURED, f"the service's certificate is not trusted: {error.verify_message}"
    if isinstance(error, UnreachableError):
        return Status.RETRY, f"the service cannot be reached: {error}"
    if isinstance(error, OSError):
        return Status.RETRY, f"the connection broke: {str(error) or type(error).__name__}"
    return Status.MISCONFIGURED, f"the request cannot be written: {error}"
