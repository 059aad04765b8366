require '/usr/lib/one/standin/service'
serve 'onehem', secret: 'one_auth', config: 'onehem-server.conf', needs_oned: true
