"""What breaks around the platform: networks, disks, databases; and how it says so and recovers."""
