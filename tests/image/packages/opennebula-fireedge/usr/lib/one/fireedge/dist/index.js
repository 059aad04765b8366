require '/usr/lib/one/standin/service'
serve 'fireedge', secret: 'sunstone_auth', config: 'fireedge-server.conf', port: 2616, status: '200 OK'
