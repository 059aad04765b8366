// The checks in the order in which a person reads them. A new one is a new file, its line in checks.hpp and a line
// here.
#include "nodeagent/checks/checks.hpp"

#include <algorithm>
#include <array>

namespace onenode::checks {

std::span<const Check* const> preflight()
{
    static constexpr std::array list{
        &root,
        &host_name_invalid,
        &hostname_mismatch,
        &hosts_loopback,
        &machine_id_cloned,
        &os_unsupported,
        &os_immutable,
        &concurrent_run,
        &package_lock,
        // whose fixes come first because later ones build on them
        &fs_full_or_read_only,
        &var_tmp_noexec,
        &oneadmin_from_directory,
        &oneadmin_id_taken,
        &oneadmin_uid,
        &oneadmin_home,
        &oneadmin_shell,
        &oneadmin_locked,
        &oneadmin_expired,
        &home_strictmodes,
        &home_on_nfs,
        &immutable_files,
        &nologin_file,
        &sshd_down,
        &sshd_port,
        &sshd_config,
        &sshd_allow_lists,
        &sshd_pubkey_off,
        &sshd_authorized_keys_file,
        &sshd_force_command,
        &sshd_agent_forwarding,
        &sshd_max_startups,
        &sshd_socket_activation,
        &sshd_unread,
        &host_key_type,
        &ssh_crypto,
        &ssh_ban,
        &sudo_missing,
        &sudoers_broken,
        &sudoers_includedir,
        &sudo_requiretty,
        &sudo_rs,
        &sudo_path,
        &rsync_missing,
        &ruby_missing,
        &opennebula_package,
        &ruby_libs,
        &probe_command,
        &probe_config,
        &driver_command,
        &ipset_missing,
        &br_netfilter,
        &iptables_backend,
        &firewall_closed,
        &forward_drop,
        &migration_ports,
        &bridge_delete,
        &openvswitch,
        &host_sysctls,
        &remotes_version,
        &tproxy_gems,
        &tproxy_sudo,
        &tproxy_dns_ipv6,
        &tproxy_silent_exit,
        &tproxy_entries,
        &tproxy_bridge,
        &tproxy_endpoints,
        &tproxy_arp,
        &libvirt_absent,
        &libvirt_daemon_mode,
        &libvirt_stale_socket,
        &libvirt_down,
        &libvirt_at_boot,
        &libvirt_idle_exit,
        &libvirt_limits,
        &libvirt_default_uri,
        &libvirt_default_net,
        &libvirt_host_uuid,
        &virtlogd,
        &qemu_user_setting,
        &apparmor_libvirt,
        &selinux_libvirt,
        &qemu_emulator_link,
        &kvm_usable,
        &kvm_module,
        &capabilities_empty,
        &remotes_dir_perms,
        &datastore_dir,
        &shared_mount_missing,
        &nfs_stale,
        &disk_space,
        &iscsi_multipath,
        &ceph_access,
        &lvm_visibility,
        &tmp_foreign_files,
        &var_tmp_cleaned,
        &leftovers,
        &lxc_absent,
        &lxc_subid,
        &lxc_modules,
        &lxc_kernel,
        &lxc_leftovers,
        &two_frontends,
        &stale_client,
        &oneadmin_groups,
        &foreign_vms,
        &reboot_pending,
        &cgroup_layout,
        &resources_low,
        &host_memory_tuning,
        &limits,
        &client_dead,
        &other_hypervisor,
        &clock_unsynchronised,
    };
    return list;
}

std::span<const Check* const> after_apply()
{
    static constexpr std::array list{
        // what the steps made true, with the front-end's own address
        &authorized_keys_permissions,
        &sshd_allow_lists,
        &sshd_pubkey_off,
        &sshd_authorized_keys_file,
        &sshd_agent_forwarding,
        &firewall_closed,
        &lxc_subid,
        &lxc_modules,
        &own_journal,
        &own_identity,
        &managed_files,
        // what only oneadmin can tell
        &ssh_crypto,
        &shell_noise,
        &oneadmin_umask,
        &sudoers_broken,
        &sudo_rules,
        &libvirt_socket,
        &libvirt_readonly_socket,
        &dev_kvm_access,
    };
    return list;
}

std::span<const Check* const> doctor()
{
    static constexpr std::array list{&tproxy_remote, &opennebula_probes};
    return list;
}

std::span<const Check* const> all()
{
    static const auto list = [] {
        std::vector<const Check*> each;
        for (const auto moment : {preflight(), after_apply(), doctor()})
            std::ranges::copy_if(moment, std::back_inserter(each),
                                 [&each](const Check* check) { return std::ranges::find(each, check) == each.end(); });
        return each;
    }();
    return list;
}

const Check* find(std::string_view id)
{
    const auto found = std::ranges::find(all(), id, &Check::id);
    return found != all().end() ? *found : nullptr;
}

}  // namespace onenode::checks

namespace onenode {

std::vector<std::string_view> moments_of(const Check& check)
{
    std::vector<std::string_view> moments;
    const auto is_in = [&check](auto list) { return std::ranges::find(list, &check) != list.end(); };
    if (is_in(checks::preflight())) moments.emplace_back("preflight");
    if (is_in(checks::after_apply())) moments.emplace_back("after-apply");
    if (is_in(checks::doctor())) moments.emplace_back("doctor");
    return moments;
}

std::vector<std::string_view> drivers_of(const Check& check)
{
    switch (check.drivers) {
    case Drivers::all: return {"kvm", "qemu", "lxc"};
    case Drivers::kvm_and_qemu: return {"kvm", "qemu"};
    case Drivers::kvm: return {"kvm"};
    case Drivers::lxc: return {"lxc"};
    }
    return {};
}

}  // namespace onenode
