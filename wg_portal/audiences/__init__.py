"""Who may read an item: standing groups, audiences and the rosters behind them, markings, holding and attribution."""
