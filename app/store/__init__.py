"""Tables, inbox, verdicts, issue links and waivers."""
