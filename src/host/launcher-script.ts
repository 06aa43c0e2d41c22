/**
 * The launcher's side of {@link createLauncher}, in Perl: there on every Linux that has git, a tenth of Node's memory, and with system
 * calls at hand that a shell lacks. No module is loaded, not even the one that has names for errors: a fork costs what it has to copy.
 *
 * The main process forks a lane for each byte that it reads. A lane keeps one forked child in reserve, in a session of its own, that
 * waits for its command, which it reads itself: what is left to do when that comes is `exec`. A lane tells the end of a child while the
 * child is still a zombie, and frees its number only at a word of the other side, until which nobody else can get it: the next command,
 * or an empty one, of which the child in reserve tells its lane.
 *
 * Lane to us, a line each, where `<child>` is `<pid> <lane> <stdout> <stderr>`: the pid of the child in reserve, that of the lane, and
 * the lane's descriptors of the reading ends of its pipes, which we open through `/proc`. Files without a name cost a tenth of named
 * pipes, which are files of a disk. That of the standard output holds four times what pipes hold unless told otherwise, where the system
 * lets us: who prints much then waits for us less often, and each read of ours is a full one.
 * `R <child>`: a child waits. `S`: the command runs. `F <errno> <child>`: it could not, and the next child waits.
 * `E <code> <status> <newest> <child>`: it ended, 1 by itself, else by a signal; by then `newest` was the pid given out last; and the next
 * child waits, forked while the command ran. `X`: the lane itself is gone.
 */
export const LAUNCHER_SCRIPT = String.raw`
use strict;
my ($lanes, $waitid, $setsid) = @ARGV;
my ($P_PID, $WEXITED, $WNOWAIT, $WNOHANG, $F_SETPIPE_SZ, $F_SETFD, $FD_CLOEXEC, $EINTR) = (1, 4, 0x01000000, 1, 1031, 2, 1, 4);
sub fill { my ($fh, $want) = @_; my $text = '';
	while (length $text < $want) { my $got = sysread $fh, $text, $want - length $text, length $text; next if !defined $got && $! == $EINTR; exit 0 unless $got }
	$text }
sub frame { my $fh = shift; fill($fh, unpack 'N', fill($fh, 4)) }
sub child { my ($socket, $doom, @outputs) = @_;
	syscall $setsid + 0;
	my $request;
	syswrite $doom, 'r' while ($request = frame($socket)) eq '';
	my ($cwd, $shell, $command, $gone, @env) = split /\0/, $request, -1;
	my $fail = sub { syswrite $doom, $! + 0; exit 127 };
	chdir $cwd or $fail->();
	open STDOUT, '>&', $outputs[0] or $fail->();
	open STDERR, '>&', $outputs[1] or $fail->();
	delete @ENV{splice @env, 0, $gone};
	for (@env) { my $at = index $_, '='; $ENV{substr $_, 0, $at} = substr $_, $at + 1 }
	$SIG{PIPE} = 'DEFAULT';
	no warnings 'exec';
	exec { $shell } $shell, '-c', $command;
	$fail->() }
sub report { my ($socket, $line) = @_; syswrite $socket, "$line\n" or exit 0 }
sub lane { my ($number, $socket) = @_;
	$SIG{CHLD} = 'DEFAULT';
	open my $load, '<', '/proc/loadavg' or exit 1;
	my $reserve = sub {
		pipe my $doomOut, my $doomIn or exit 1;
		pipe my $out, my $outIn or exit 1;
		fcntl $outIn, $F_SETPIPE_SZ, 262144;
		pipe my $err, my $errIn or exit 1;
		my $pid = fork // exit 1;
		if ($pid == 0) { close $doomOut; child($socket, $doomIn, $outIn, $errIn) }
		return { names => join(' ', $pid, $$, fileno $out, fileno $err), pid => $pid, doom => $doomOut, outputs => [$out, $err] } };
	my $ended = 0;
	my $reap = sub { waitpid $ended, 0 if $ended; $ended = 0 };
	my $next = $reserve->();
	report($socket, "R $next->{names}");
	while (1) {
		my $now = $next;
		my $errno = '';
		while (1) {
			my $got = sysread $now->{doom}, my $word, 16;
			next if !defined $got && $! == $EINTR;
			$reap->();
			last unless $got;
			$word =~ tr/0-9//cd;
			$errno .= $word }
		close $_ for @{$now->{outputs}};
		if ($errno ne '') {
			waitpid $now->{pid}, 0;
			$next = $reserve->();
			report($socket, "F $errno $next->{names}");
			next }
		report($socket, 'S');
		$next = $reserve->();
		my $info = "\0" x 128;
		1 until syscall($waitid + 0, $P_PID, $now->{pid}, $info, $WEXITED | $WNOWAIT, 0) == 0 || $! != $EINTR;
		$ended = $now->{pid};
		sysseek $load, 0, 0;
		sysread $load, my $text, 128;
		report($socket, sprintf 'E %d %d %d %s', unpack('x8 l', $info), unpack('x24 l', $info), (split ' ', $text)[4], $next->{names}) } }
my %base = map { my $at = index $_, '='; (substr($_, 0, $at), substr $_, $at + 1) } split /\0/, frame(*STDIN);
%ENV = %base;
my @sockets = map { open my $fh, '+<&=', 2 + $_ or exit 1; fcntl $fh, $F_SETFD, $FD_CLOEXEC; $fh } 1 .. $lanes;
my %number;
$SIG{PIPE} = 'IGNORE';
$SIG{CHLD} = sub { while ((my $pid = waitpid -1, $WNOHANG) > 0) { syswrite $sockets[delete $number{$pid}], "X\n" if defined $number{$pid} } };
$SIG{$_} = 'DEFAULT' for 'INT', 'TERM', 'HUP';
while (1) {
	my $got = sysread STDIN, my $number, 1;
	next if !defined $got && $! == $EINTR;
	last unless $got;
	my $index = ord $number;
	my $pid = fork // exit 1;
	if ($pid == 0) { open STDIN, '<', '/dev/null' or exit 1; lane($index, $sockets[$index]); exit 0 }
	$number{$pid} = $index }
`;
