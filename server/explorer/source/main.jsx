import "graphiql/setup-workers/vite";
import { createRoot } from "react-dom/client";
import { Page } from "./Page.jsx";
import "./page.css";
import { readyTabs } from "./documents.js";
import * as session from "./session.js";

session.takeFromAddress();
// A second link opened in this tab changes the fragment only, and loads nothing by itself.
addEventListener("hashchange", () => session.takeFromAddress() && location.reload());

let tabs;
let problem;
try {
  tabs = await readyTabs(session.id());
} catch (error) {
  problem = error.message;
}
createRoot(document.getElementById("root")).render(<Page tabs={tabs} problem={problem} />);
