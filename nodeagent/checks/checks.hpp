// Every check by name, for all.cpp and for the tests. A new one is a new file, a line here and one in all.cpp.
#pragma once

#include "nodeagent/checks/check.hpp"

namespace onenode::checks {

extern constinit const Check root;

extern constinit const Check oneadmin_from_directory;
extern constinit const Check oneadmin_id_taken;
extern constinit const Check oneadmin_uid;
extern constinit const Check oneadmin_home;
extern constinit const Check oneadmin_shell;
extern constinit const Check oneadmin_locked;
extern constinit const Check oneadmin_expired;
extern constinit const Check home_strictmodes;
extern constinit const Check authorized_keys_permissions;
extern constinit const Check home_on_nfs;
extern constinit const Check immutable_files;
extern constinit const Check oneadmin_groups;
extern constinit const Check shell_noise;
extern constinit const Check oneadmin_umask;

extern constinit const Check sshd_config;
extern constinit const Check sshd_down;
extern constinit const Check sshd_port;
extern constinit const Check sshd_allow_lists;
extern constinit const Check sshd_pubkey_off;
extern constinit const Check sshd_authorized_keys_file;
extern constinit const Check sshd_force_command;
extern constinit const Check sshd_agent_forwarding;
extern constinit const Check sshd_max_startups;
extern constinit const Check sshd_socket_activation;
extern constinit const Check sshd_unread;
extern constinit const Check host_key_type;
extern constinit const Check ssh_crypto;
extern constinit const Check ssh_ban;
extern constinit const Check nologin_file;

extern constinit const Check sudo_missing;
extern constinit const Check sudoers_broken;
extern constinit const Check sudoers_includedir;
extern constinit const Check sudo_rules;
extern constinit const Check sudo_requiretty;
extern constinit const Check sudo_rs;
extern constinit const Check sudo_path;

extern constinit const Check rsync_missing;
extern constinit const Check ruby_missing;
extern constinit const Check probe_command;
extern constinit const Check probe_config;
extern constinit const Check driver_command;
extern constinit const Check ipset_missing;
extern constinit const Check br_netfilter;
extern constinit const Check firewall_closed;
extern constinit const Check forward_drop;
extern constinit const Check migration_ports;
extern constinit const Check bridge_delete;
extern constinit const Check openvswitch;
extern constinit const Check host_sysctls;
extern constinit const Check tproxy_gems;
extern constinit const Check tproxy_sudo;
extern constinit const Check tproxy_dns_ipv6;
extern constinit const Check tproxy_silent_exit;
extern constinit const Check tproxy_entries;
extern constinit const Check tproxy_bridge;
extern constinit const Check tproxy_endpoints;
extern constinit const Check tproxy_arp;
extern constinit const Check tproxy_remote;
extern constinit const Check iptables_backend;
extern constinit const Check remotes_version;
extern constinit const Check opennebula_package;
extern constinit const Check opennebula_probes;
extern constinit const Check ruby_libs;

extern constinit const Check libvirt_absent;
extern constinit const Check libvirt_at_boot;
extern constinit const Check libvirt_daemon_mode;
extern constinit const Check libvirt_stale_socket;
extern constinit const Check libvirt_down;
extern constinit const Check libvirt_socket;
extern constinit const Check libvirt_readonly_socket;
extern constinit const Check libvirt_host_uuid;
extern constinit const Check libvirt_default_uri;
extern constinit const Check libvirt_idle_exit;
extern constinit const Check libvirt_limits;
extern constinit const Check libvirt_default_net;
extern constinit const Check virtlogd;
extern constinit const Check qemu_user_setting;
extern constinit const Check apparmor_libvirt;
extern constinit const Check selinux_libvirt;
extern constinit const Check qemu_emulator_link;
extern constinit const Check kvm_usable;
extern constinit const Check kvm_module;
extern constinit const Check dev_kvm_access;
extern constinit const Check capabilities_empty;

extern constinit const Check host_name_invalid;
extern constinit const Check hostname_mismatch;
extern constinit const Check hosts_loopback;
extern constinit const Check machine_id_cloned;
extern constinit const Check iscsi_multipath;
extern constinit const Check os_unsupported;
extern constinit const Check os_immutable;
extern constinit const Check concurrent_run;
extern constinit const Check package_lock;
extern constinit const Check var_tmp_noexec;
extern constinit const Check fs_full_or_read_only;
extern constinit const Check remotes_dir_perms;
extern constinit const Check datastore_dir;
extern constinit const Check shared_mount_missing;
extern constinit const Check nfs_stale;
extern constinit const Check disk_space;
extern constinit const Check ceph_access;
extern constinit const Check lvm_visibility;
extern constinit const Check tmp_foreign_files;
extern constinit const Check var_tmp_cleaned;
extern constinit const Check leftovers;
extern constinit const Check two_frontends;
extern constinit const Check stale_client;
extern constinit const Check foreign_vms;
extern constinit const Check reboot_pending;
extern constinit const Check cgroup_layout;
extern constinit const Check resources_low;
extern constinit const Check other_hypervisor;
extern constinit const Check host_memory_tuning;
extern constinit const Check limits;
extern constinit const Check client_dead;
extern constinit const Check lxc_absent;
extern constinit const Check lxc_subid;
extern constinit const Check lxc_modules;
extern constinit const Check lxc_kernel;
extern constinit const Check lxc_leftovers;
extern constinit const Check clock_unsynchronised;

extern constinit const Check own_journal;
extern constinit const Check own_identity;
extern constinit const Check managed_files;

}  // namespace onenode::checks
