/**
 * The launcher's side of {@link createLauncher}, in Perl: there on every Linux that has git, a tenth of Node's memory, and with system
 * calls at hand that a shell lacks. No module is loaded, and pipes are bare descriptors: a fork costs what it has to copy, and Perl's own
 * files ask the kernel five questions each.
 *
 * The main process forks a lane for each byte that it reads. A lane keeps one forked child in reserve, in a session of its own, that
 * waits for its command with its pipes in place, and reads it itself: what is left to do when that comes is `exec`. The next child is
 * forked once this one has ended: whoever hears of the end has work of its own then, and a fork while the command runs would take a
 * processor from it. A lane tells the end of a child while the child is still a zombie, and frees its number only at a word of the
 * other side, until which nobody else can get it: the next command, or an empty one, of which the child in reserve tells its lane.
 *
 * Lane to us, a line each:
 * `R <pid> <lane> <stdout> <stderr>`: a child waits; with the pid of the lane and the lane's descriptors of the reading ends of its
 * pipes, which we open through `/proc`. Files without a name cost a tenth of named pipes, which are files of a disk. That of the standard
 * output holds four times what pipes hold unless told otherwise, where the system lets us: who prints much then waits for us less often,
 * and each read of ours is a full one.
 * `S`: the command runs. `F <errno>`: it could not.
 * `E <code> <status> <newest>`: it ended, 1 by itself, else by a signal; by then `newest` was the pid given out last.
 * `X`: the lane itself is gone.
 */
export const LAUNCHER_SCRIPT = String.raw`
use strict;
my ($lanes, %call) = @ARGV;
$_ += 0 for values %call;
my ($P_PID, $WEXITED, $WNOWAIT, $WNOHANG, $F_SETPIPE_SZ, $F_SETFD, $FD_CLOEXEC, $O_CLOEXEC, $EINTR) = (1, 4, 0x01000000, 1, 1031, 2, 1, 0x80000, 4);
sub fill { my ($fh, $want) = @_; my $text = '';
	while (length $text < $want) { my $got = sysread $fh, $text, $want - length $text, length $text; next if !defined $got && $! == $EINTR; exit 0 unless $got }
	$text }
sub shut { syscall $call{close}, $_ for @_ }
sub openPipe { my $ends = "\0" x 8; syscall($call{pipe2}, $ends, $O_CLOEXEC) == 0 or exit 1; unpack 'i2', $ends }
sub put { my ($descriptor, $text) = @_; syscall $call{write}, $descriptor, $text, length $text }
sub child { my ($socket, $doom, $out, $err) = @_;
	syscall $call{setsid};
	syscall $call{dup3}, $out, 1, 0;
	syscall $call{dup3}, $err, 2, 0;
	$SIG{PIPE} = 'DEFAULT';
	my $text = '';
	my $size = 0;
	while (1) {
		if (length $text >= 4) {
			$size = unpack 'N', $text;
			last if $size && length $text >= 4 + $size;
			if (!$size) { put($doom, 'r'); $text = substr $text, 4; next } }
		my $got = sysread $socket, $text, 65536, length $text;
		exit 0 unless $got || !defined $got && $! == $EINTR }
	my ($cwd, $program, $name, $command, $gone, @env) = split /\0/, substr($text, 4, $size), -1;
	delete @ENV{splice @env, 0, $gone};
	for (@env) { my $at = index $_, '='; $ENV{substr $_, 0, $at} = substr $_, $at + 1 }
	chdir $cwd and exec { $program } $name, '-c', $command;
	put($doom, sprintf '%d', $!);
	syscall $call{exit_group}, 127 }
sub report { my ($socket, $line) = @_; syswrite $socket, "$line\n" or exit 0 }
sub lane { my ($number, $socket) = @_;
	$SIG{CHLD} = 'DEFAULT';
	open my $load, '<', '/proc/loadavg' or exit 1;
	my $reserve = sub {
		my ($doom, $doomIn) = openPipe;
		my ($out, $outIn) = openPipe;
		syscall $call{fcntl}, $outIn, $F_SETPIPE_SZ, 262144;
		my ($err, $errIn) = openPipe;
		my $pid = fork // exit 1;
		if ($pid == 0) { shut($doom); child($socket, $doomIn, $outIn, $errIn) }
		shut($doomIn, $outIn, $errIn);
		return { pid => $pid, names => "$pid $$ $out $err", doom => $doom, outputs => [$out, $err] } };
	my $ended = 0;
	my $reap = sub { waitpid $ended, 0 if $ended; $ended = 0 };
	while (1) {
		my $now = $reserve->();
		report($socket, "R $now->{names}");
		my $errno = '';
		while (1) {
			my $word = "\0" x 16;
			my $got = syscall $call{read}, $now->{doom}, $word, 16;
			next if $got < 0 && $! == $EINTR;
			$reap->();
			last unless $got > 0;
			$word =~ tr/0-9//cd;
			$errno .= $word }
		shut($now->{doom}, @{$now->{outputs}});
		if ($errno ne '') {
			waitpid $now->{pid}, 0;
			report($socket, "F $errno");
			next }
		report($socket, 'S');
		my $info = "\0" x 128;
		1 until syscall($call{waitid}, $P_PID, $now->{pid}, $info, $WEXITED | $WNOWAIT, 0) == 0 || $! != $EINTR;
		$ended = $now->{pid};
		sysseek $load, 0, 0;
		sysread $load, my $text, 128;
		report($socket, sprintf 'E %d %d %d', unpack('x8 l', $info), unpack('x24 l', $info), (split ' ', $text)[4]) } }
%ENV = map { my $at = index $_, '='; (substr($_, 0, $at), substr $_, $at + 1) } split /\0/, fill(*STDIN, unpack 'N', fill(*STDIN, 4));
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
	$number{$pid} = $index;
	syswrite $sockets[delete $number{$pid}], "X\n" if !kill(0, $pid) && defined $number{$pid} }
`;
