"""What activities need of the world, as Protocols. Adapters stand behind them."""
