import Link from "next/link";

export default function Page() {
  return (
    <main>
      <h1>Harbour Pilot</h1>
      <Link href="/guide/moorings/">Moorings</Link>
    </main>
  );
}
