"""What the pages say, in French and in English: amounts, dates, states, policies."""
