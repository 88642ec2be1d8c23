"""Award rules as data, award lines, approval and payout sheets."""
