/**
 * Names of environment variables that steer a loader, a shell, an interpreter or a well-known tool: which code it runs,
 * from where, with which settings, or whom it trusts. Each group names where the list comes from. Add a name here when
 * a document says that a program reads it.
 */
interface Group {
  source: string;
  /** Whole names, blanks between them. */
  names?: string;
  /** Beginnings of names. */
  prefixes?: string;
  /** Programs read these names in small letters, too. */
  anyCase?: true;
}

/** Names of which only values with `/` or `%` do harm: they then name files or formats (sudo's `env_check`). */
export const checkedNames = "COLORTERM LANG LANGUAGE LINGUAS TERM TZ";
export const checkedPrefixes = "LC_";

export const steeringGroups: readonly Group[] = [
  {
    source:
      "ld.so(8), glibc sysdeps/generic/unsecvars.h, resolver(3), dyld(1), AIX and IRIX loaders in sudo's env_delete",
    prefixes: "LD_ DYLD_ _RLD LDR_ MALLOC_ GLIBC_ TCMALLOC_ __LIBC_",
    names:
      "GCONV_PATH GETCONF_DIR HOSTALIASES I18NPATH LIBPATH LOCALDOMAIN LOCPATH MUSL_LOCPATH NIS_PATH NLSPATH PATH_LOCALE RESOLV_HOST_CONF RES_OPTIONS SHLIB_PATH TZDIR LIBC_FATAL_STDERR_ POSIXLY_CORRECT DATEMSK OMP_TOOL_LIBRARIES OMP_TOOL ASAN_OPTIONS LSAN_OPTIONS MSAN_OPTIONS TSAN_OPTIONS UBSAN_OPTIONS ASAN_SYMBOLIZER_PATH CPUPROFILE HEAPPROFILE LLVM_PROFILE_FILE GCOV_PREFIX GMON_OUT_PREFIX",
  },
  {
    source: "POSIX XBD 8.1 and 8.3, bash(1), dash(1), ksh(1), zshparam(1), tcsh(1), fish(1), sudo's env_delete",
    prefixes: "BASH_ ZSH_ KSH_ FISH_ fish_ __fish_",
    names:
      "BASHOPTS CDPATH ENV EXECIGNORE FCEDIT FIGNORE FPATH FUNCNEST GLOBIGNORE HISTFILE HOME IFS INPUTRC LINENO LOGNAME MAIL MAILCHECK MAILPATH MODULE_PATH NULLCMD OLDPWD OPTARG OPTERR OPTIND PATH PATHEXT COMSPEC PPID PROMPT_COMMAND PS0 PS1 PS2 PS3 PS4 PWD READNULLCMD SHELL SHELLOPTS SHLVL TEMP TEMPDIR TIMEFORMAT TMOUT TMP TMPDIR TMPPREFIX USER ZDOTDIR",
  },
  {
    source: "XDG Base Directory Specification, dbus-daemon(1), X(7), systemd(1), sd_notify(3)",
    prefixes: "XDG_ DBUS_ SYSTEMD_ GTK_ GIO_ GDK_ GSETTINGS_ QT_ QML_ QML2_ GST_ SDL_ LIBGL_ VK_",
    names:
      "GI_TYPELIB_PATH DISPLAY XAUTHORITY WAYLAND_DISPLAY NOTIFY_SOCKET LISTEN_FDS LISTEN_PID LISTEN_FDNAMES XLOCALEDIR XKB_CONFIG_ROOT OCL_ICD_VENDORS FONTCONFIG_FILE FONTCONFIG_PATH PULSE_SERVER ALSA_CONFIG_PATH",
  },
  {
    source: "python(1), venv, pip, pyenv, uv, conda, PEP 394, docs of the packaging tools",
    prefixes:
      "PYTHON _PYTHON PYENV_ PIP_ PIPX_ PIPENV_ UV_ POETRY_ PDM_ CONDA_ MAMBA_ JUPYTER_ TWINE_ PYTEST_ COVERAGE_",
    names: "VIRTUAL_ENV __PYVENV_LAUNCHER__ IPYTHONDIR MPLCONFIGDIR MPLBACKEND PDBRC PYLINTRC",
  },
  { source: "perlrun(1), perldoc of CPAN tools", prefixes: "PERL CPAN_ PLENV_" },
  {
    source: "node(1), docs of npm, yarn, pnpm, corepack, nvm, Deno, Bun, Electron and ts-node",
    prefixes:
      "NODE_ YARN_ PNPM_ COREPACK_ NVM_ FNM_ VOLTA_ DENO_ BUN_ ELECTRON_ TS_NODE_ TSX_ BABEL_ ESLINT_ PUPPETEER_ PLAYWRIGHT_ npm_",
  },
  { source: "npm-config(7): read in any case", prefixes: "NPM_CONFIG_", anyCase: true },
  {
    source: "ruby(1), gem, bundle-config(1), rake, irb",
    prefixes: "RUBY JRUBY_ GEM_ BUNDLE_ BUNDLER_ RBENV_",
    names: "RAKEOPT RAKE_SYSTEM IRBRC IRB_LANG PRYRC THOR_MERGE THOR_DIFF",
  },
  {
    source: "java(1), JVM TI, docs of OpenAF, Maven, Gradle, Ant, sbt, Tomcat, Scala, Groovy, Kotlin, Clojure",
    prefixes:
      "JAVA_ JDK_ JRE_ _JAVA_ IBM_JAVA_ OPENJ9_ OAF_ OJOB_ MAVEN_ M2_ ANT_ GRADLE_ CATALINA_ SCALA_ GROOVY_ KOTLIN_ LEIN_ CLJ_ JBANG_",
    names:
      "CLASSPATH SBT_OPTS JVM_OPTS JVM_ARGS KAFKA_OPTS HADOOP_OPTS HADOOP_CLASSPATH HADOOP_CONF_DIR SPARK_CONF_DIR",
  },
  {
    source:
      "lua(1), php(1), Composer, R(1), tclsh(1), guile(1), erl(1), elixir(1), julia(1), ghc, ocamlrun(1), gawk(1)",
    prefixes:
      "LUA_ LUAROCKS_ PHP_ COMPOSER_ R_ _R_ RENV_ TCL_ GUILE_ ERL_ ELIXIR_ MIX_ HEX_ REBAR_ JULIA_ GHC_ CABAL_ OCAML CAML_ OPAM GAWK_ OCTAVE_ SBCL_",
    names:
      "AWKPATH AWKLIBPATH BC_ENV_ARGS DC_ENV_ARGS GHCRTS M4PATH PHPRC PLTADDONDIR PLTCOLLECTS PLTUSERHOME STACK_CONFIG STACK_ROOT STACK_YAML TCLLIBPATH TK_LIBRARY",
  },
  {
    source: "go help environment, cargo and rustc docs, .NET, Mono and PowerShell docs, Swift package manager",
    prefixes:
      "CGO_ GOMOD CARGO_ RUSTC RUSTDOC RUSTFLAGS RUSTUP_ DOTNET_ COREHOST_ CORECLR_ COMPlus_ MSBUILD NUGET_ MONO_ POWERSHELL_ SWIFT_ SWIFTPM_",
    names:
      "GO111MODULE GOAUTH GOBIN GOCACHE GOCACHEPROG GOCOVERDIR GODEBUG GOENV GOEXPERIMENT GOFIPS140 GOFLAGS GOGCCFLAGS GOINSECURE GONOPROXY GONOSUMDB GOOS GOARCH GOPACKAGESDRIVER GOPATH GOPRIVATE GOPROXY GOROOT GOSUMDB GOTELEMETRY GOTELEMETRYDIR GOTMPDIR GOTOOLCHAIN GOTOOLDIR GOTRACEBACK GOVCS GOWORK GCCGO GCCGOTOOLDIR SDKROOT DEVELOPER_DIR TOOLCHAINS",
  },
  {
    source: "about_PSModulePath, about_Execution_Policies of PowerShell",
    prefixes: "PSMODULE PSEXECUTIONPOLICY",
    anyCase: true,
  },
  {
    source: "gcc(1), make(1), cmake-env-variables(7), autoconf, ccache(1), pkg-config(1), strace, valgrind(1), gdb(1)",
    prefixes: "GCC_ MAKEFLAGS GNUMAKE CMAKE_ CTEST_ CCACHE_ DISTCC_ SCCACHE_ PKG_CONFIG VALGRIND_ DEBUGINFOD_ BAZEL_",
    names:
      "AR ARFLAGS AS CC CFLAGS CONFIG_SHELL CONFIG_SITE CPATH CPP CPPFLAGS CXX CXXFLAGS C_INCLUDE_PATH CPLUS_INCLUDE_PATH OBJC_INCLUDE_PATH COMPILER_PATH LIBRARY_PATH DEPENDENCIES_OUTPUT SUNPRO_DEPENDENCIES FC FFLAGS LD LDFLAGS LEX LFLAGS LIBS MAKE MAKEFILES MAKELEVEL MAKEOVERRIDES MAKESHELL MAKE_COMMAND MFLAGS NM OBJCOPY RANLIB STRIP YACC YFLAGS GDBHISTFILE RUNPATH AUTOM4TE ACLOCAL_PATH AUTOMAKE",
  },
  {
    source: "git(1), gh, hg(1), svn, cvs(1), rsync(1), ssh(1), sudo(8), gpg(1), pass(1)",
    prefixes: "GIT_ GH_ GLAB_ SVN_ CVS BZR_ RSYNC_ SSH_ SUDO_ GPG_ GNUPG PASSWORD_STORE_ PINENTRY_ GCM_",
    names:
      "AUTHSTATE CVSROOT DLC_ACE GITHUB_TOKEN GITHUB_ENTERPRISE_TOKEN HGEDITOR HGENCODING HGMERGE HGPLAIN HGRCPATH HGUSER REMSH RSH USR_ACE VAR_ACE",
  },
  {
    source: "kerberos(7), openssl-env(7), curl(1), wget(1), ca-certificates, requests, p11-kit",
    prefixes:
      "KRB5 OPENSSL_ SSL_ SSLKEY CURL_ WGET SYSTEM_WGET REQUESTS_ P11_KIT_ PKCS11_ SOFTHSM2_ SOCKS_ SOCKS5_ TSOCKS_ PROXYCHAINS_ GNUTLS_ GSS_",
    names: "NETRC NSS_DEFAULT_DB_TYPE HTTPLIB2_CA_CERTS AWS_CA_BUNDLE CA_BUNDLE",
  },
  {
    source: "curl(1), wget(1), libproxy: proxies are read in any case",
    names: "ALL_PROXY FTP_PROXY FTPS_PROXY HTTP_PROXY HTTPS_PROXY NO_PROXY RSYNC_PROXY SOCKS_PROXY WS_PROXY WSS_PROXY",
    anyCase: true,
  },
  {
    source: "less(1), man(1), vim(1), emacs(1), tmux(1), screen(1), terminfo(5), ncurses(3X), readline(3), xdg-open(1)",
    prefixes: "LESS VIM NVIM_ EMACS TERMINFO NCURSES_ FZF_ BAT_ DELTA_ TMUX",
    names:
      "ALTERNATE_EDITOR BROWSER EDITOR EXINIT GVIMINIT LISTER MAILER MAILRC MANPAGER MANPATH MANOPT MANLESS MANROFFOPT MANROFFSEQ MANSECT MAN_POSIXLY_CORRECT MBOX MORE MOST_SWITCHES MOST_INITFILE NANORC PAGER PROJECTDIR SCREENDIR SCREENRC SELECTED_EDITOR TERMCAP TERMPATH VISUAL",
  },
  {
    source:
      "tar, grep, gzip, xz(1), zip(1), zstd(1), parallel(1), ls, rg(1), ack(1), jq(1), indent(1) and GNU coreutils docs",
    prefixes: "PARALLEL RIPGREP_ ZSTD_ JQ_ LZ4_ DIR_COLORS",
    names:
      "ACKRC ACK_OPTIONS ACK_PAGER ACK_PAGER_COLOR BZIP BZIP2 GREP_OPTIONS GZIP INDENT_PROFILE LS_OPTIONS LZOP SHELLCHECK_OPTS SIMPLE_BACKUP_SUFFIX TAPE TAR_OPTIONS TAR_LONGLINK_100 UNZIP UNZIPOPT VERSION_CONTROL XZ_DEFAULTS XZ_OPT ZIP ZIPINFO ZIPINFOOPT ZIPOPT ZIP_OPTIONS PATCH_GET",
  },
  {
    source: "docs of Docker, Podman, kubectl, Helm, Terraform, Ansible, Vault, Nomad, Consul, Packer and Vagrant",
    prefixes:
      "DOCKER_ BUILDKIT_ BUILDX_ COMPOSE_ CONTAINERS_ CONTAINERD_ CONTAINER_ PODMAN_ REGISTRY_AUTH_ SKOPEO_ KUBE KUBERNETES_ HELM_ TF_ TERRAFORM_ TERRAGRUNT_ ANSIBLE_ VAULT_ NOMAD_ CONSUL_ PACKER_ VAGRANT_ PULUMI_ ETCDCTL_ RCLONE_ RESTIC_ BORG_",
  },
  {
    source: "docs of the AWS, Azure and Google command lines, boto3, s3cmd",
    prefixes: "AWS_ AZURE_ CLOUDSDK_ GOOGLE_ OCI_CLI_ ALIBABA_",
    names: "BOTO_CONFIG S3CMD_CONFIG",
  },
  {
    source: "libpq env vars, mysql(1), Oracle client, redis-cli, unixODBC, sqlite3(1)",
    prefixes: "MYSQL_ LIBMYSQL_ MARIADB_ ORACLE_ ORA_ REDISCLI_ MONGOSH_ PSQL_ ODBC",
    names:
      "PGAPPNAME PGCHANNELBINDING PGCLIENTENCODING PGCONNECT_TIMEOUT PGDATA PGDATABASE PGDATESTYLE PGGSSENCMODE PGGSSLIB PGHOST PGHOSTADDR PGKRBSRVNAME PGLOADBALANCEHOSTS PGLOCALEDIR PGOPTIONS PGPASSFILE PGPASSWORD PGPORT PGREQUIREAUTH PGREQUIREPEER PGREQUIRESSL PGSERVICE PGSERVICEFILE PGSSLCERT PGSSLCERTMODE PGSSLCOMPRESSION PGSSLCRL PGSSLCRLDIR PGSSLKEY PGSSLMAXPROTOCOLVERSION PGSSLMINPROTOCOLVERSION PGSSLMODE PGSSLNEGOTIATION PGSSLROOTCERT PGSSLSNI PGSYSCONFDIR PGTARGETSESSIONATTRS PGTZ PGUSER PSQLRC SQLPATH TNS_ADMIN TWO_TASK SQLITE_HISTORY NLS_LANG",
  },
  {
    source: "apt.conf(5), dpkg(1), rpm, Homebrew, Nix, Guix, modules(1), Lmod, snap",
    prefixes: "APT_ DPKG_ DEB_ DEBCONF_ RPM_ HOMEBREW_ NIX_ GUIX_ SPACK_ LMOD_ SNAP_ FLATPAK_",
    names: "MODULEPATH MODULESHOME DEBIAN_FRONTEND EATMYDATA_OPTIONS",
  },
  {
    source: "gs(1), TeX Live's kpathsea, ImageMagick, ffmpeg(1), groff(1), cups(1), mail(1)",
    prefixes: "GS_ TEXMF MAGICK_ KPATHSEA_ CUPS_ FFMPEG_ GROFF_ OPENBLAS_",
    names: "TEXINPUTS BIBINPUTS BSTINPUTS TFMFONTS FFREPORT LPDEST PRINTER NNTPSERVER SENDMAIL",
  },
  { source: "this service's own programs", prefixes: "ROJOB_" },
];
