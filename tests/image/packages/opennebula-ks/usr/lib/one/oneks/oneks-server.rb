require '/usr/lib/one/standin/service'
serve 'oneks', secret: 'oneks_auth', config: 'oneks-server.conf', port: 10780
