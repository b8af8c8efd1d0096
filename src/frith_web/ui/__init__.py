"""How pages look: GOV.UK components as partials, forms, the page's frame. Knows no room."""
