"""A telephone network that speaks Twilio: webhooks, TwiML, REST API, and a page to call from."""
