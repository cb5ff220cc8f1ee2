"""How a team shares its work: presence, offers, leading, lending, cover, handing on."""
