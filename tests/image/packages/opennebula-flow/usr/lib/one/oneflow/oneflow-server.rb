require '/usr/lib/one/standin/service'
serve 'oneflow', secret: 'oneflow_auth', config: 'oneflow-server.conf', port: 2474
