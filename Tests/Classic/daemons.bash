# shellcheck shell=bash
# Real daemons as classic services: an address, and Debian's own /etc/init.d script behind S, K and C.
# The case that reads this says which, in DAEMONS. /etc and /var are the machine's, but what is written
# there vanishes with the case.

own() { # DIRECTORY
	local name=${1//\//}
	mkdir -p "/srv/own/$name".{upper,work}
	mount -t overlay -o "lowerdir=$1,upperdir=/srv/own/$name.upper,workdir=/srv/own/$name.work" overlay "$1"
}

cp /etc/hosts /srv/hosts
mkdir /srv/own
if ! { mount -t tmpfs -o mode=755 tmpfs /srv/own && own /etc && own /var; }; then
	skip "daemons" "no private /etc and /var on this machine"
	exit 0
fi
cp /srv/hosts /etc/hosts
mkdir /srv/ftp /srv/www
echo "the law is kept" | tee /srv/ftp/law.txt >/srv/www/law.txt

# --- what each is told, and what is said to it --------------------------------------------------------

# Sends standard input, escapes and all, and prints the answer until the daemon hangs up.
converse() { # HOST PORT
	local answer=/srv/answer
	exec 3<>"/dev/tcp/$1/$2" || return
	printf '%b' "$(cat)" >&3
	timeout 10 cat <&3 >"$answer" || no "no end of the answer: $(od -c "$answer")" || return
	exec 3>&-
	tr -d '\r' <"$answer"
}

answers() { # TEXT COMMAND...
	local text=$1 output
	shift
	output=$("$@") || no "'$*' failed: $output" || return
	[[ $output == *"$text"* ]] || no "'$*' answered: $output"
}

configure_nginx() {
	rm -f /etc/nginx/sites-enabled/*
	echo "server { listen $1:80; root /srv/www; }" >/etc/nginx/sites-enabled/law
}
talk_nginx() { answers "the law is kept" curl -sS --max-time 10 http://nginx.demo/law.txt; }

configure_lighttpd() {
	cat >/etc/lighttpd/lighttpd.conf <<-END
		server.bind = "$1"
		server.port = 80
		server.document-root = "/srv/www"
		server.pid-file = "/run/lighttpd.pid"
		server.username = "www-data"
		server.groupname = "www-data"
	END
}
talk_lighttpd() { answers "the law is kept" curl -sS --max-time 10 http://lighttpd.demo/law.txt; }

configure_redis-server() {
	sed -i -E "s/^bind .*/bind $1/; s/^protected-mode .*/protected-mode no/" /etc/redis/redis.conf
}
talk_redis-server() {
	answers $'+OK\n$4\nkept\n+OK' converse redis-server.demo 6379 <<<'SET law kept\r\nGET law\r\nQUIT\r\n'
}

configure_memcached() { sed -i "s/^-l .*/-l $1/" /etc/memcached.conf; }
talk_memcached() {
	answers $'STORED\nVALUE law 0 4\nkept\nEND' converse memcached.demo 11211 \
		<<<'set law 0 0 4\r\nkept\r\nget law\r\nquit\r\n'
}

configure_postgresql() {
	local version
	version=$(find /usr/lib/postgresql -mindepth 1 -maxdepth 1 -printf '%f\n' | sort -n | tail -n 1)
	for directory in /etc/postgresql /var/lib/postgresql /var/log/postgresql; do
		mount -t tmpfs -o mode=755 tmpfs "$directory"
		chown postgres: "$directory"
	done
	pg_createcluster --locale C --encoding UTF8 "$version" law
	echo "listen_addresses = '$1'" >>"/etc/postgresql/$version/law/postgresql.conf"
	echo "host all all 10.59.71.0/24 trust" >>"/etc/postgresql/$version/law/pg_hba.conf"
}
talk_postgresql() { answers 42 psql -h postgresql.demo -U postgres -At -c 'select 6 * 7'; }

configure_mosquitto() {
	# The directory is made at boot. The file in it is the init script's, which the daemon may not write.
	install -d -o mosquitto /run/mosquitto
	sed -i '/^pid_file/d' /etc/mosquitto/mosquitto.conf
	printf 'listener 1883 %s\nallow_anonymous true\n' "$1" >>/etc/mosquitto/mosquitto.conf
}
# Connects, subscribes to a topic, says something there, and hears it.
talk_mosquitto() {
	answers "lawkept" converse mosquitto.demo 1883 < <(
		printf '%s' '\x10\x10\x00\x04MQTT\x04\x02\x00\x3c\x00\x04osvc'
		printf '%s' '\x82\x08\x00\x01\x00\x03law\x00' '\x30\x09\x00\x03lawkept' '\xe0\x00'
	)
}

configure_vsftpd() {
	printf '%s\n' listen=YES listen_ipv6=NO "listen_address=$1" anonymous_enable=YES anon_root=/srv/ftp \
		secure_chroot_dir=/var/run/vsftpd/empty background=NO >/etc/vsftpd.conf
}
talk_vsftpd() { answers "the law is kept" curl -sS --max-time 10 ftp://vsftpd.demo/law.txt; }

configure_rsync() {
	echo RSYNC_ENABLE=true >/etc/default/rsync
	printf 'address = %s\n[law]\npath = /srv/ftp\n' "$1" >/etc/rsyncd.conf
}
talk_rsync() {
	rm -f /srv/law.txt
	rsync --timeout=10 rsync://rsync.demo/law/law.txt /srv/law.txt && answers "the law is kept" cat /srv/law.txt
}

# --- the laws -------------------------------------------------------------------------------------

# Every process but those of the test itself: pid and name.
programs() {
	ps -eo pid=,comm= | awk '$2 !~ /^(bash|script|playground|ps|awk|diff|grep|sort)$/ { print $1, $2 }'
}

# What a daemon may leave: a process, a listening port, a pid file, an address.
machine() {
	programs
	ss -Hltunx | awk '{ print $1, $5 }' | sort
	find /run -name '*.pid' | sort
	ip -o addr show dev br0 | grep -v ' fe80::' | sed 's/ *valid_lft.*//'
}

# Its own script says by its exit code what the service shows (classic-resources.md section 5).
down() { # DAEMON
	local code=0 wanted=warn
	"/etc/init.d/$1" status >/dev/null 2>&1 || code=$?
	case $code in
	0) wanted=up ;;
	1) wanted=down ;;
	esac
	shows "$1.demo" app "$wanted" && shows "$1.demo" ip#0 down
}

up() { # DAEMON
	shows "$1.demo" overall up && shows "$1.demo" app up && shows "$1.demo" ip#0 up
}

# A second start makes no process that stays. (One that served the last question may end meanwhile.)
undisturbed() { # DAEMON
	local before new
	before=$(programs)
	exits 0 "$1.demo" start || return
	new=$(programs | grep -vxF -- "$before")
	[[ -z $new ]] || no "there are now: $new"
}

together() { # ACTION STATUS: all of them by one call
	local name
	exits 0 allservices "$1" || return
	for name in "${there[@]}"; do "$2" "$name" || return; done
}

all_talk() {
	local name
	for name in "${there[@]}"; do "talk_$name" || no "$name" || return; done
}

# Every row of the table ends in: avail, overall, frozen.
table() { # STATUS
	local rows
	rows=$(svcmon | awk -v status="$1" '$1 ~ /\.demo$/ && $(NF - 1) == status' | wc -l)
	((rows == ${#there[@]})) || {
		svcmon
		no "$rows of ${#there[@]} services are $1"
	}
}

lay() { # DAEMON ADDRESS
	echo "$2 $1.demo" >>/etc/hosts
	"configure_$1" "$2"
	printf '[ip#0]\nipname = %s\nipdev = br0\nnetmask = 255.255.255.0\n' "$1.demo" | service "$1.demo"
	for letter in S10 C10 K90; do ln -s "/etc/init.d/$1" "$ETC/$1.demo.dir/$letter$1"; done
}

there=()
number=30
for name in $DAEMONS; do
	number=$((number + 1))
	if [[ ! -x /etc/init.d/$name ]]; then
		skip "$name" "not installed; run: packaging/needs daemons"
		continue
	fi
	law "$name: is told its address" lay "$name" "10.59.71.$number"
	there+=("$name")
	# shellcheck disable=SC2034 # read by `clean`
	PRISTINE=$(machine)
	law "$name: is down at first" down "$name"
	law "$name: starts" exits 0 "$name.demo" start
	law "$name: print status says up" within 10 up "$name"
	law "$name: answers on its port" within 10 "talk_$name"
	law "$name: a second start leaves it alone" undisturbed "$name"
	law "$name: stops" exits 0 "$name.demo" stop
	law "$name: nothing is left" within 10 clean
	law "$name: print status says so" down "$name"
done
law "all together: allservices start" together start up
law "svcmon shows them up" table up
law "each answers" all_talk
law "allservices stop" together stop down
law "nothing is left of any" within 10 clean
