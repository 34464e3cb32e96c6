"""What institutions' own client-service standards promise of their sites, a code each: `standard.*`."""
