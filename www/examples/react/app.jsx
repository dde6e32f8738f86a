import { preferences, withdraw } from "consent-gate";
import { useConsent } from "./use-consent.js";

export const App = () => {
  const { status, categories } = useConsent();
  return (
    <main>
      <h1>React</h1>
      <p id="status">{status}</p>
      {categories.functional ? (
        <p id="content">
          The map is here. <button onClick={() => withdraw("functional")}>Take it away</button>
        </p>
      ) : (
        <p id="content">Maps are off.</p>
      )}
      <button id="choices" onClick={preferences}>Privacy choices</button>
    </main>
  );
};
