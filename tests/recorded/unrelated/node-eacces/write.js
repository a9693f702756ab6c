require('fs').writeFileSync('/srv/state.json', '{}');
