# The package: `cmake --build build --target package`. Its scripts say what they keep.
install(DIRECTORY rules daemonjson cron DESTINATION share/harden)
install(DIRECTORY docs/ DESTINATION share/doc/harden FILES_MATCHING PATTERN "*.md"
    PATTERN images EXCLUDE)
install(FILES SECURITY.md CONTRIBUTING.md DESTINATION share/doc/harden)
install(FILES deploy/completions/harden.bash
    DESTINATION share/bash-completion/completions RENAME harden)
install(FILES deploy/completions/_harden DESTINATION share/zsh/vendor-completions)
install(FILES deploy/completions/harden.fish DESTINATION share/fish/vendor_completions.d)
install(FILES deploy/debian/lintian-overrides
    DESTINATION share/lintian/overrides RENAME harden)
# not below /usr: Debian 12 still keeps its units here
install(FILES cron/harden-egress-dns.service cron/harden-egress-watch.service
    cron/harden-egress.service cron/harden-egress@.service
    cron/harden-firewall.service cron/harden-recover.service
    cron/harden-verify.service cron/harden-verify.timer DESTINATION /lib/systemd/system)
# wanted from the package's own directory: it changes nothing until there is something to put back
file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/wants)
file(CREATE_LINK ../harden-recover.service ${CMAKE_BINARY_DIR}/wants/harden-recover.service SYMBOLIC)
install(FILES ${CMAKE_BINARY_DIR}/wants/harden-recover.service
    DESTINATION /lib/systemd/system/multi-user.target.wants)
# the changelog, the licences of what is compiled in, and the bill of materials
if(CMAKE_CROSSCOMPILING)
    set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE ${HARDEN_ARCHITECTURE})
else()
    execute_process(COMMAND dpkg --print-architecture
        OUTPUT_VARIABLE HARDEN_ARCHITECTURE OUTPUT_STRIP_TRAILING_WHITESPACE)
endif()
set(maintainer "the harden authors <harden@localhost>")
install(CODE "set(source \"${PROJECT_SOURCE_DIR}\")
set(version ${PROJECT_VERSION})
set(maintainer \"${maintainer}\")
set(architecture ${HARDEN_ARCHITECTURE})
set(compiler \"${CMAKE_CXX_COMPILER}\")
set(objdump \"${CMAKE_OBJDUMP}\")
set(re2_archive \"${RE2_ARCHIVE}\")
set(absl_archive \"${absl_base_archive}\")
set(utf8proc_archive \"${UTF8PROC_ARCHIVE}\")")
install(SCRIPT deploy/debian/documents.cmake)

set(CPACK_GENERATOR DEB)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_PACKAGE_VENDOR harden)
set(CPACK_PACKAGE_CONTACT "${maintainer}")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "turns a Linux server into a node that strangers may run code on")
set(CPACK_PACKAGE_DESCRIPTION "Programs, rules and units that restrict what containers may reach, install\ngVisor, set Docker and sshd up, look for miners, and verify that it stays so.\nInstalling the package changes nothing: harden VERB apply does.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_SET_DESTDIR OFF)
set(CPACK_STRIP_FILES ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS
    OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "bzip2, cron, openssh-client")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${PROJECT_SOURCE_DIR}/deploy/debian/postinst
    ${PROJECT_SOURCE_DIR}/deploy/debian/prerm ${PROJECT_SOURCE_DIR}/deploy/debian/postrm)
# what is decided while packing: the one time that all files carry; the bill beside the package
set(CPACK_PROJECT_CONFIG_FILE ${PROJECT_SOURCE_DIR}/deploy/debian/pack.cmake)
set(CPACK_POST_BUILD_SCRIPTS ${PROJECT_SOURCE_DIR}/deploy/debian/beside.cmake)
set(CPACK_HARDEN_SOURCE ${PROJECT_SOURCE_DIR})
include(CPack)
