require '/usr/lib/one/standin/service'
serve 'oneform', secret: 'oneflow_auth', config: 'oneform-server.conf', port: 13013
