// The command line of onefrontend.
#pragma once

#include "frontend/cli/backup.hpp"
#include "frontend/cli/bootstrap.hpp"
#include "frontend/cli/configure.hpp"
#include "frontend/cli/exit.hpp"
#include "frontend/cli/refresh.hpp"
#include "frontend/cli/remote.hpp"
#include "frontend/cli/restore.hpp"
#include "frontend/cli/rotation.hpp"
#include "frontend/enroll/tokens.hpp"

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace onefrontend::cli {

enum class Verb {
    init,
    serve,
    signer,
    token_create,
    token_list,
    token_revoke,
    ca_status,
    ca_rotate,
    ca_export,
    ca_import,
    keys_status,
    keys_rotate,
    node_list,
    node_show,
    node_approve,
    node_reject,
    node_remove,
    node_ban,
    node_test,
    try_join,
    configure,
    refresh,
    bootstrap,
    backup,
    restore,
    ready,
    live,
    version
};

enum class TokenForm { text, json, cloud_init };  // in which a new token is printed
/// "json", "cloud-init"; anything else: text.
TokenForm token_form_named(std::string_view name);
std::string_view to_string(TokenForm form);  // empty: text

struct Options {
    Verb verb = Verb::version;
    std::string config_file{};  // empty: the default one, where it is there
    bool json = false;
    bool finish = false;            // ca rotate
    std::chrono::seconds wait{60};  // keys rotate: for nodes that stay away
    AuthorityFiles authority{};     // init, ca rotate
    TokenWish token{};              // token create
    TokenForm token_form = TokenForm::text;
    std::string which{};                  // a token's id; a node's id or name; a file
    std::string other{};                  // node test: the second one
    RemoteWish remote{};                  // of admins' verbs: the front-end that does them
    std::string through{};                // try-join: where the machine comes in; empty: there, too
    std::vector<std::string> services{};  // that ready and live are asked for
    ConfigureWish configure{};
    RefreshWish refresh{};
    BootstrapWish bootstrap{};
    BackupWish backup{};
    RestoreWish restore{};
};

struct NoOptions {  // help was asked for, or the command line is wrong
    Exit exit = Exit::usage;
    std::string text{};
};

/// Without argv[0].
tl::expected<Options, NoOptions> parse(std::vector<std::string> arguments);

}  // namespace onefrontend::cli
