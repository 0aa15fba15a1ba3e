export default function Page() {
  return (
    <main>
      <h1>Moorings</h1>
      <p>Where a halyard is kept</p>
    </main>
  );
}
