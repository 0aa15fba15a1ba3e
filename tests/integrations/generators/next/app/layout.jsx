import "./style.css";

export const metadata = { title: "Harbour Pilot", description: "How the harbour works" };

export default function Layout({ children }) {
  return (
    <html lang="en">
      <body>{children}</body>
    </html>
  );
}
