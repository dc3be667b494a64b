using System.Diagnostics;
using SafeSpaceCapacity.Identity;

namespace SafeSpaceCapacity.Identity.Tests;

/// <summary>Who else may use a file that holds a secret.</summary>
public sealed class SecretFileTests : IDisposable
{
    private const uint Root = 0;
    private const uint Service = 1654;
    private const uint Somebody = 1000;
    private readonly string _file = Path.GetTempFileName();

    public void Dispose() => File.Delete(_file);

    [Theory]
    [InlineData("a file of its own", "400", Service, Service, "0")]
    [InlineData("one that it may change", "600", Service, Service, "0")]
    [InlineData("as Kubernetes and systemd hand it over", "440", Root, Service, "0")]
    [InlineData("root's, that the group may change", "660", Root, Service, "20")]
    [InlineData("root's, that everybody may read", "444", Root, Service, "4")]
    [InlineData("its own, that the group may read", "640", Service, Service, "40")]
    [InlineData("somebody's, that the group may read", "640", Somebody, Service, "40")]
    [InlineData("root's for itself, that the group may read", "640", Root, Root, "40")]
    public void Only_root_may_share_it_with_the_group_and_only_to_read(string what, string mode, uint owner, uint me, string others) =>
        Assert.True(Mode(others) == SecretFile.OthersMay(Mode(mode), owner, me), what);

    [Fact]
    public void Of_a_file_on_disk_the_owner_is_known()
    {
        File.SetUnixFileMode(_file, Mode("640"));
        Assert.Equal(UnixFileMode.GroupRead, OthersMay());
        File.SetUnixFileMode(_file, Mode("600"));
        Assert.Equal(UnixFileMode.None, OthersMay());
    }

    [Fact]
    public void The_group_may_not_read_what_root_left_to_somebody()
    {
        Assert.SkipUnless(Environment.UserName == "root", "Only root can give a file away.");
        File.SetUnixFileMode(_file, Mode("640"));
        using (var chown = Process.Start("chown", [$"{Somebody}", _file]))
            chown.WaitForExit();
        Assert.Equal(UnixFileMode.GroupRead, OthersMay());
    }

    private static UnixFileMode Mode(string octal) => (UnixFileMode)Convert.ToInt32(octal, 8);

    private UnixFileMode OthersMay()
    {
        using var file = File.OpenHandle(_file);
        return SecretFile.OthersMay(file);
    }
}
