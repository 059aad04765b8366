require '/usr/lib/one/standin/service'
serve 'onegate', secret: 'onegate_auth', config: 'onegate-server.conf', port: 5030
