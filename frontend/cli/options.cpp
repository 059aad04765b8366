// The command line, by CLI11.
#include "frontend/cli/options.hpp"

#include "common/cli/help_text.hpp"
#include "common/cli/help_tree.hpp"
#include "common/cli/mistake.hpp"
#include "common/cli/one_of.hpp"
#include "common/join_token.hpp"
#include "common/text/duration.hpp"
#include "common/text/words.hpp"
#include "frontend/cli/examples.hpp"
#include "frontend/ready/ready.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace onefrontend::cli {
namespace {

constexpr const char* about = "Lets machines join this OpenNebula front-end.";
constexpr const char* order = "Order: `init` once, as root; then keep running `signer` (as root, or as signer_user) "
                              "and `serve` (as oneadmin); then `token create`.\n"
                              "init makes state_dir, in it serve/ for ssh_user (oneadmin), signer/ with the CA's key "
                              "(0600) and public/ for signer_user.\n";
constexpr const char* exit_codes = "Exit codes: 0 ok, 1 done with warnings, 2 failed, 3 cannot run at all, 64 usage.";

void add_common(CLI::App& app, Options& options)
{
    app.add_option("--config", options.config_file,
                   "configuration (default /etc/onefrontend/onefrontend.yaml, where it is there)")
        ->type_name("FILE");
    app.add_flag("--json", options.json, "one JSON object a line");
}

CLI::App* add_verb(CLI::App& app, Options& options, const char* name, const char* text, Verb verb)
{
    auto* added = app.add_subcommand(name, text);
    add_common(*added, options);
    added->parse_complete_callback([&options, verb] { options.verb = verb; });
    return added;
}

std::string valid_life(const std::string& text)
{
    const auto duration = one::parse_duration(text);
    if (!duration) return duration.error().reason;
    return *duration < shortest_life || *duration > longest_life ? "it may be 1s to 365d" : "";
}

std::string not_empty(const std::string& text)
{
    return text.empty() ? "it is empty" : "";
}

/// Of verbs that a front-end does for an admin elsewhere, too.
CLI::App* add_admin_verb(CLI::App& app, Options& options, const char* name, const char* text, Verb verb)
{
    auto* added = add_verb(app, options, name, text, verb);
    auto& remote = options.remote;
    added->add_option("--endpoint", remote.frontend, "have this front-end do it, as the user of ~/.one/one_auth here")
        ->type_name("FRONTEND[:PORT]")
        ->envname("ONEFRONTEND_ENDPOINT")
        ->check(not_empty);
    added->add_option("--fingerprint", remote.fingerprint, "of its CA, as `onefrontend ca status` shows it there")
        ->type_name("PIN")
        ->envname("ONEFRONTEND_FINGERPRINT")
        ->check([](const std::string& given) {
            return one::is_pin(given) ? "" : "it is no fingerprint as `onefrontend ca status` shows it";
        });
    return added;
}

void add_token_verbs(CLI::App& app, Options& options, std::string& life, std::string& form)
{
    auto* token = app.add_subcommand("token", "join tokens");
    token->require_subcommand(1);
    auto* create = add_admin_verb(*token, options, "create", "make a token; it is shown once and only its hash is kept",
                                  Verb::token_create);
    create->add_option("--uses", options.token.uses, "how many machines may join with it, up to 10000 (default 1)")
        ->type_name("N")
        ->check(CLI::Range(1, most_uses));
    create->add_option("--life", life, "how long it works (default 1h)")->type_name("TIME")->check(valid_life);
    auto* name = create
                     ->add_option("--name", options.token.name,
                                  "good for a host of this NAME only; an earlier token for it ends")
                     ->check(not_empty);
    auto& limits = options.token.limits;
    create
        ->add_option_function<std::string>(
            "--replace",
            [&options](const std::string& replaced) {
                options.token.name = replaced;
                options.token.limits.replaces = true;
            },
            "the same, also where a host has that NAME: it goes, unless VMs are on it")
        ->type_name("NAME")
        ->check(not_empty)
        ->excludes(name);
    create->add_option("--name-pattern", limits.name_pattern, "good for NAMEs like kvm* only")
        ->type_name("PATTERN")
        ->check(not_empty);
    create->add_option("--network", limits.networks, "good for machines from there only: 10.0.0.0/8; may be repeated")
        ->type_name("NETWORK")
        ->check(not_empty);
    create->add_option("--cluster", limits.cluster, "good for this cluster only, name or id")->check(not_empty);
    create->add_option("--type", limits.type, "good for kvm, qemu or lxc only")
        ->check(one::one_of({"kvm", "qemu", "lxc"}));
    create
        ->add_option("--print", form,
                     "json: one object; cloud-init: user data with which a machine joins at its first boot")
        ->type_name("FORM")
        ->check(one::one_of({"json", "cloud-init"}));
    add_admin_verb(*token, options, "list", "tokens, without their secrets", Verb::token_list);
    add_admin_verb(*token, options, "revoke", "from now on nobody joins with it; who joined stays", Verb::token_revoke)
        ->add_option("id", options.which, "id of the token, its second part")
        ->required();
}

void add_node_verbs(CLI::App& app, Options& options)
{
    auto* node = app.add_subcommand("node", "machines that joined, or are about to");
    node->require_subcommand(1);
    add_admin_verb(*node, options, "list", "all nodes, and machines that wait for an approval", Verb::node_list);
    add_admin_verb(*node, options, "show", "one node", Verb::node_show)
        ->add_option("node", options.which, "id or name, or the code of one that waits")
        ->required();
    add_admin_verb(
        *node, options, "approve",
        "let a machine join that waits without a token, a node take its new host name, or one go on that is frozen",
        Verb::node_approve)
        ->add_option("code", options.which, "what that machine shows; of a node its id or name")
        ->required();
    add_admin_verb(*node, options, "reject", "do not let it join, or do not rename it", Verb::node_reject)
        ->add_option("code", options.which, "what that machine shows; of a node its id or name")
        ->required();
    add_admin_verb(*node, options, "remove",
                   "refuse its certificate from now on; remove its host, unless VMs run there; it may join again",
                   Verb::node_remove)
        ->add_option("node", options.which, "id or name")
        ->required();
    add_admin_verb(*node, options, "ban", "the same, and that machine may not join again", Verb::node_ban)
        ->add_option("node", options.which, "id or name")
        ->required();
    auto* test = add_admin_verb(*node, options, "test",
                                "whether guests can move between two nodes: logins, ports, hypervisors, both ways",
                                Verb::node_test);
    test->add_option("node", options.which, "id or name")->required();
    test->add_option("other", options.other, "the same of another one")->required();
}

void add_try_join(CLI::App& app, Options& options)
{
    auto* verb = add_admin_verb(app, options, "try-join",
                                "play a machine that joins: token, certificate, desired state, leave; nothing of it "
                                "stays, and OpenNebula gets no host",
                                Verb::try_join);
    verb->get_option("--endpoint")->required();
    verb->add_option("--through", options.through, "where the machine comes in (default: at the endpoint)")
        ->type_name("FRONTEND[:PORT]")
        ->check(not_empty);
}

/// Nobody guesses what half of a pair means.
void add_authority_files(CLI::App& verb, Options& options)
{
    auto* certificate = verb.add_option("--ca-certificate", options.authority.certificate,
                                        "take this CA, an intermediate of your PKI (PEM), instead of making one")
                            ->type_name("FILE")
                            ->check(not_empty);
    auto* key = verb.add_option("--ca-key", options.authority.key, "its private key (PEM); a copy is kept here")
                    ->type_name("FILE")
                    ->check(not_empty);
    certificate->needs(key);
    key->needs(certificate);
}

void add_identity_verbs(CLI::App& app, Options& options, std::string& wait)
{
    auto* ca = app.add_subcommand("ca", "the certificate authority that nodes trust");
    ca->require_subcommand(1);
    add_admin_verb(*ca, options, "status", "its fingerprint, for who joins without a token; how far a rotation is",
                   Verb::ca_status);
    auto* rotate = add_verb(*ca, options, "rotate", "make a new one; the old one counts until all nodes have turned",
                            Verb::ca_rotate);
    add_authority_files(*rotate, options);
    rotate->add_flag("--finish", options.finish, "drop the old one now: nodes that have not turned must join again");
    add_verb(*ca, options, "export", "write authorities and their keys to a file, for another front-end or a backup",
             Verb::ca_export)
        ->add_option("file", options.which, "a new file; who can read it can be any node or the front-end")
        ->type_name("FILE")
        ->required();
    add_verb(*ca, options, "import", "take them from such a file; `init` comes after it", Verb::ca_import)
        ->add_option("file", options.which, "that file")
        ->type_name("FILE")
        ->required();
    auto* keys = app.add_subcommand("keys", "oneadmin's SSH keys");
    keys->require_subcommand(1);
    add_admin_verb(*keys, options, "status", "which keys nodes are told to let in, and who has what",
                   Verb::keys_status);
    add_verb(*keys, options, "rotate",
             "make a new key pair in place of the one that oneadmin uses here, once the nodes let it in",
             Verb::keys_rotate)
        ->add_option("--wait", wait, "how long nodes that stay away are waited for (default 1m)")
        ->type_name("TIME")
        ->check(valid_life);
}

void add_configure(CLI::App& app, Options& options)
{
    auto& wish = options.configure;
    auto* configure =
        add_verb(app, options, "configure",
                 "write every file of an OpenNebula front-end from one YAML file; may be run again", Verb::configure);
    configure->add_option("--settings", wish.settings_file, "that file (default /etc/onefrontend/settings.yaml)")
        ->type_name("FILE");
    configure->add_option("--root", wish.root, "the directory below which everything is, instead of /")
        ->type_name("DIR")
        ->check(not_empty);
    configure
        ->add_option("--from", wish.from,
                     "the files as OpenNebula ships them, below this directory (default: as they are now)")
        ->type_name("DIR")
        ->check(not_empty);
    configure->add_flag("--image", wish.image,
                        "our own two files go to /etc/one/onefrontend: in the front-end's image /etc is read-only");
    configure->add_flag("--check", wish.check, "say what is wrong; write nothing");
    configure->add_flag("--diff", wish.diff, "show what would change; write nothing");
}

void add_refresh(CLI::App& app, Options& options)
{
    auto& wish = options.refresh;
    auto* refresh =
        add_verb(app, options, "refresh",
                 "bring OpenNebula's own files in /etc/one and /var/lib/one to those that ship; what people "
                 "changed stays",
                 Verb::refresh);
    refresh->add_option("--from", wish.from, "the files as they ship, below this directory")
        ->type_name("DIR")
        ->check(not_empty);
    refresh->add_option("--settings", wish.settings_file, "where this is there, `configure` writes its files")
        ->type_name("FILE");
    refresh->add_option("--root", wish.root, "the directory below which the volumes are, instead of /")
        ->type_name("DIR")
        ->check(not_empty);
}

void add_bootstrap(CLI::App& app, Options& options, std::string& wait)
{
    auto& wish = options.bootstrap;
    auto* bootstrap =
        add_verb(app, options, "bootstrap",
                 "make everything ready for oned: its database, one_auth, the services' passwords; may be "
                 "run again",
                 Verb::bootstrap);
    bootstrap
        ->add_option("--settings", wish.settings_file,
                     "the settings of `configure`: credentials (default /etc/onefrontend/settings.yaml, where it "
                     "is there)")
        ->type_name("FILE");
    bootstrap->add_option("--role", wish.role, "a service in a container of its own gets its own password only")
        ->check(CLI::IsMember({"oned", "all", "fireedge", "oneflow", "onegate", "oneform", "oneks", "guacd"}));
    bootstrap->add_option("--wait", wait, "how long a silent database is waited for (default 5m)")
        ->type_name("TIME")
        ->check(valid_life);
    bootstrap->add_flag(
        "--check", wish.only_look,
        "only say whether the database's schema fits, or can be upgraded; OpenNebula may run meanwhile");
    bootstrap->add_flag("--after-start", wish.after_start, "tell the running oned what it can be told only then");
    bootstrap->add_option("command", wish.command, "behind --: becomes this, and keeps others off the volume");
}

void add_backup(CLI::App& app, Options& options)
{
    auto* backup = add_verb(app, options, "backup",
                            "write database, /var/lib/one without images, keys and the enrollment CA to one file; "
                            "OpenNebula may run",
                            Verb::backup);
    backup->add_option("file", options.backup.file, "a new file; - is standard output")
        ->type_name("FILE")
        ->required()
        ->check(not_empty);
    backup
        ->add_option("--encrypt-to", options.backup.certificates,
                     "certificates, PEM: only the holder of one of their keys can read it")
        ->type_name("FILE")
        ->check(not_empty);
}

void add_restore(CLI::App& app, Options& options)
{
    auto& wish = options.restore;
    auto* restore = add_verb(
        app, options, "restore",
        "make this front-end the one in a backup; nothing is touched before that is verified whole", Verb::restore);
    auto* file = restore->add_option("file", wish.file, "what `backup` wrote; - is standard input")
                     ->type_name("FILE")
                     ->check(not_empty);
    restore->add_option("--key", wish.key, "the private key, PEM, of one that is encrypted")
        ->type_name("FILE")
        ->check(not_empty);
    restore->add_flag("--replace", wish.replace, "give up the front-end that is here; its files go aside");
    restore->add_flag("--continue", wish.go_on, "go on with a restore that was cut off")->excludes(file);
    restore->callback([&wish] {
        if (wish.file.empty() && !wish.go_on) throw CLI::RequiredError{"file"};
    });
}

void add_probes(CLI::App& app, Options& options)
{
    const std::string services = fmt::format("one of: {}", fmt::join(probed_services(), ", "));
    add_verb(app, options, "ready", "whether a service of the front-end can do its work; for orchestrators",
             Verb::ready)
        ->add_option("service", options.services, services)
        ->required();
    add_verb(app, options, "live", "whether it is alive: a database that is away is no reason to restart oned",
             Verb::live)
        ->add_option("service", options.services, services)
        ->required();
}

void add_examples(CLI::App& app)
{
    for (const auto& example : examples()) {
        const auto words = one::split_words(example.verb);
        auto* verb = &app;
        for (const auto& word : words)
            verb = verb->get_subcommand(word);
        verb->footer(fmt::format("Examples:\n{}\n{}", example.lines, exit_codes));
    }
}

NoOptions explain(const CLI::App& app, const CLI::ParseError& error)
{
    if (error.get_exit_code() == 0) return {Exit::ok, one::help_text(app)};
    return {Exit::usage, "onefrontend: " + one::mistake_in(app, error) + '\n' + one::help_for(app) + '\n'};
}

}  // namespace

TokenForm token_form_named(std::string_view name)
{
    if (name == "json") return TokenForm::json;
    return name == "cloud-init" ? TokenForm::cloud_init : TokenForm::text;
}

std::string_view to_string(TokenForm form)
{
    if (form == TokenForm::json) return "json";
    return form == TokenForm::cloud_init ? "cloud-init" : "";
}

tl::expected<Options, NoOptions> parse(std::vector<std::string> arguments)
{
    Options options;
    std::string life;
    std::string wait;
    std::string form;
    std::string key_wait;
    bool tree = false;
    CLI::App app{about, "onefrontend"};
    app.footer(std::string{order} + exit_codes);
    app.require_subcommand(1);
    add_common(app, options);
    auto* init = add_verb(app, options, "init",
                          "make the CA, the service's certificate and its place; may be run again", Verb::init);
    add_authority_files(*init, options);
    add_verb(app, options, "serve", "answer nodes (runs as ssh_user, oneadmin)", Verb::serve);
    add_verb(app, options, "signer", "hold the CA's key and sign for `serve` (runs as signer_user, root)",
             Verb::signer);
    add_token_verbs(app, options, life, form);
    add_node_verbs(app, options);
    add_try_join(app, options);
    add_identity_verbs(app, options, key_wait);
    add_configure(app, options);
    add_refresh(app, options);
    add_bootstrap(app, options, wait);
    add_backup(app, options);
    add_restore(app, options);
    add_probes(app, options);
    add_verb(app, options, "version", "the version of onefrontend", Verb::version);
    add_examples(app);
    app.add_subcommand(one::help_tree_verb)->group("")->parse_complete_callback([&tree] { tree = true; });
    app.add_flag_callback(
        "--version",
        [&options] {
            options.verb = Verb::version;
            throw CLI::Success{};
        },
        "the version of onefrontend");
    try {
        std::ranges::reverse(arguments);  // as CLI11 wants them
        app.parse(std::move(arguments));
    } catch (const CLI::CallForHelp& error) {
        return tl::unexpected{explain(app, error)};
    } catch (const CLI::Success&) {
        return options;
    } catch (const CLI::ParseError& error) {  // CLI11 has no other form
        return tl::unexpected{explain(app, error)};
    }
    if (tree) return tl::unexpected{NoOptions{Exit::ok, one::help_tree(app)}};
    if (!life.empty()) options.token.life = *one::parse_duration(life);
    options.token_form = token_form_named(form);
    if (!key_wait.empty()) options.wait = *one::parse_duration(key_wait);
    if (!wait.empty()) options.bootstrap.patience = *one::parse_duration(wait);
    return options;
}

}  // namespace onefrontend::cli
