// Shows the OpenAPI document; the address comes from the page, nothing else is fetched.
"use strict";

const place = document.getElementById("swagger-ui");
SwaggerUIBundle({ url: place.dataset.openapi, domNode: place, deepLinking: true, validatorUrl: null });
