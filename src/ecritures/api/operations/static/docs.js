// Starts Swagger UI on the product's own description. Apart from the page, so that no inline
// script is needed. Its own header is left out: the page has one.
"use strict";

window.addEventListener("load", () => {
  window.ui = SwaggerUIBundle({
    url: "/openapi.json",
    dom_id: "#swagger-ui",
    deepLinking: true,
    tryItOutEnabled: true,
    validatorUrl: null,
    defaultModelsExpandDepth: -1,
    // The page has a main part of its own.
    onComplete: () => document.getElementById("operations")?.setAttribute("role", "group"),
  });
});
