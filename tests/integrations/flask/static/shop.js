const form = document.querySelector("#log-out");
form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  await window.pwagen.signOut();
  form.submit();
});
