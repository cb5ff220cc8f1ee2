"""A believable energy supplier to try things on: people, partner systems, mails, cases."""
