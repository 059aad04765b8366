# cmake --install BUILD --component programs|units: what packages of any distribution bring (packaging/).
install(TARGETS onenode onefrontend RUNTIME DESTINATION bin COMPONENT programs)
install(TARGETS onenode-probe RUNTIME DESTINATION lib/onenode COMPONENT programs)

install(FILES systemd/onenode.service systemd/onefrontend.service systemd/onefrontend-signer.service
  DESTINATION lib/systemd/system COMPONENT units)
install(FILES systemd/onenode.preset DESTINATION lib/systemd/system-preset RENAME 60-onenode.preset COMPONENT units)
install(FILES systemd/onefrontend.preset DESTINATION lib/systemd/system-preset RENAME 60-onefrontend.preset COMPONENT units)
install(FILES systemd/onefrontend.sysusers DESTINATION lib/sysusers.d RENAME onefrontend.conf COMPONENT units)
install(FILES systemd/onefrontend.tmpfiles DESTINATION lib/tmpfiles.d RENAME onefrontend.conf COMPONENT units)
