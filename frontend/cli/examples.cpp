// A test reads each line as the command line that it is.
#include "frontend/cli/examples.hpp"

#include <array>

namespace onefrontend::cli {

std::span<const Example> examples()
{
    static constexpr std::array list{
        Example{"init", "  onefrontend init\n"
                        "  onefrontend init --ca-certificate intermediate.pem --ca-key intermediate.key\n"},
        Example{"serve", "  systemctl enable --now onefrontend\n"
                         "  onefrontend serve\n"},
        Example{"signer", "  onefrontend signer\n"},
        Example{"token create", "  onefrontend token create\n"
                                "  onefrontend token create --uses 40 --life 2h --network 10.0.0.0/8\n"
                                "  onefrontend token create --name kvm12 --print cloud-init >user-data\n"},
        Example{"token list", "  onefrontend token list --json\n"},
        Example{"token revoke", "  onefrontend token revoke 7\n"},
        Example{"node list", "  onefrontend node list\n"
                             "  onefrontend node list --endpoint one.example.com\n"},
        Example{"node show", "  onefrontend node show kvm12\n"},
        Example{"node approve", "  onefrontend node approve ABCD-EFGH\n"},
        Example{"node reject", "  onefrontend node reject ABCD-EFGH\n"},
        Example{"node remove", "  onefrontend node remove kvm12\n"},
        Example{"node ban", "  onefrontend node ban kvm12\n"},
        Example{"node test", "  onefrontend node test kvm1 kvm2\n"},
        Example{"try-join", "  onefrontend try-join --endpoint one.example.com\n"
                            "  onefrontend try-join --endpoint 10.0.0.5 --through one.example.com\n"},
        Example{"ca status", "  onefrontend ca status\n"},
        Example{"ca rotate", "  onefrontend ca rotate\n"},
        Example{"ca export", "  onefrontend ca export /root/authorities.json\n"},
        Example{"ca import", "  onefrontend ca import /root/authorities.json && onefrontend init\n"},
        Example{"keys status", "  onefrontend keys status\n"},
        Example{"keys rotate", "  onefrontend keys rotate --wait 10m\n"},
        Example{"configure", "  onefrontend configure --diff\n"
                             "  onefrontend configure --check --settings settings.yaml\n"},
        Example{"refresh", "  onefrontend refresh --from /usr/share/onefrontend/shipped\n"},
        Example{"bootstrap", "  onefrontend bootstrap --wait 10m\n"
                             "  onefrontend bootstrap --check\n"},
        Example{"backup", "  onefrontend backup /backup/one.tar --encrypt-to reader.pem\n"
                          "  onefrontend backup - | ssh backup.example.com 'cat >one.tar'\n"},
        Example{"restore", "  onefrontend restore /backup/one.tar --key reader.key\n"
                           "  onefrontend restore --continue\n"},
        Example{"ready", "  onefrontend ready oned enrollment\n"},
        Example{"live", "  onefrontend live oned\n"},
        Example{"version", "  onefrontend version --json\n"},
    };
    return list;
}

}  // namespace onefrontend::cli
