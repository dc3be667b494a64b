using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SafeSpaceCapacity.Identity;

/// <summary>
/// Whether a file that holds a secret is kept from others. It is when only its owner can use it; and when it is root's and this program's group may read
/// it, since that is how Kubernetes and systemd hand secrets to a program that is not root. PostgreSQL and OpenSSH judge alike.
/// </summary>
public static class SecretFile
{
    private const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const uint Root = 0;
    private static readonly uint Me = EffectiveUser();

    /// <summary>What others can do with it; none where it is kept from them.</summary>
    /// <param name="file">The file itself, where its path is a link.</param>
    /// <exception cref="IOException">It can't be told.</exception>
    public static UnixFileMode OthersMay(SafeFileHandle file) => OthersMay(File.GetUnixFileMode(file), OwnerOf(file), Me);

    /// <summary>The rule: what others can do with a file of that mode and owner, as its reader sees it.</summary>
    public static UnixFileMode OthersMay(UnixFileMode mode, uint owner, uint me) =>
        mode & ~(owner == Root && me != Root ? Owner | UnixFileMode.GroupRead : Owner);

    /// <summary>The user id of its owner, which .NET does not tell. Of all calls that do, <c>statx</c> alone answers alike on every processor.</summary>
    private static uint OwnerOf(SafeFileHandle file)
    {
        const int ThisFile = 0x1000; // AT_EMPTY_PATH
        const uint User = 0x8;       // STATX_UID
        const int UserAt = 20;
        var answer = new byte[256];
        return Statx(file, string.Empty, ThisFile, User, answer) == 0
            ? BitConverter.ToUInt32(answer, UserAt)
            : throw new IOException($"Whose file it is can't be told: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [DllImport("libc", EntryPoint = "statx", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Statx(SafeFileHandle folder, [MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags, uint mask, [Out] byte[] answer);

    [DllImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint EffectiveUser();
}
