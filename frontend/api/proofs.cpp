#include "frontend/api/proofs.hpp"

namespace onefrontend::api {

Async<Result<>> store_proofs(Service& service, const Node& node)
{
    CO_TRY_LET(auto present, co_await service.nodes.get(node.id));
    if (present.proofs == node.proofs) co_return Result<>{};
    present.proofs = node.proofs;
    co_return co_await service.nodes.replace(std::move(present));
}

Async<Result<>> refresh_ssh_trust(Service& service)
{
    CO_TRY_LET(auto nodes, co_await service.nodes.all());
    co_return co_await service.procedures->write_ssh_trust(std::move(nodes));
}

}  // namespace onefrontend::api
