"""What all pages share: who is asking, what they may do, safety headers, layout and components."""
