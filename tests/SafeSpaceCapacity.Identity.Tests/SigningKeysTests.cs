using System.Text;

namespace SafeSpaceCapacity.Identity.Tests;

public sealed class SigningKeysTests : IDisposable
{
    private static readonly byte[] Words = Encoding.UTF8.GetBytes("who may do what");
    private readonly string _folder = Path.Combine(Directory.CreateTempSubdirectory("safespace-keys-").FullName, "keys");
    private readonly ManualTime _time = new();

    private string TheFile => Assert.Single(Directory.GetFiles(_folder));

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_folder)!, recursive: true);

    [Fact]
    public void The_first_start_makes_a_key_that_only_its_user_can_read()
    {
        using var keys = SigningKeys.Open(_folder, _time);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(TheFile));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_folder));
    }

    [Fact]
    public void The_next_start_signs_with_the_same_key()
    {
        using var first = SigningKeys.Open(_folder, _time);
        using var second = SigningKeys.Open(_folder, _time);
        var signature = first.Sign(Words);
        Assert.Equal(signature.KeyId, second.Sign(Words).KeyId);
        Assert.True(second.Verify(signature.KeyId, Words, signature.Value.Span));
    }

    [Fact]
    public void Every_changed_bit_of_what_was_signed_or_of_the_signature_is_found()
    {
        using var keys = SigningKeys.Open(_folder, _time);
        var signature = keys.Sign(Words);
        Assert.Equal(64, signature.Value.Length);
        for (var bit = 0; bit < 8 * Words.Length; bit++)
            Assert.False(keys.Verify(signature.KeyId, Flipped(Words, bit), signature.Value.Span));
        for (var bit = 0; bit < 8 * signature.Value.Length; bit++)
            Assert.False(keys.Verify(signature.KeyId, Words, Flipped(signature.Value.ToArray(), bit)));
    }

    [Fact]
    public void After_its_life_a_key_is_replaced_and_its_private_half_erased_but_what_it_signed_can_still_be_checked()
    {
        using var keys = SigningKeys.Open(_folder, _time);
        var old = keys.Sign(Words);
        _time.Advance(SigningKeys.KeyLife - TimeSpan.FromSeconds(1));
        Assert.Equal(old.KeyId, keys.Sign(Words).KeyId);
        _time.Advance(TimeSpan.FromSeconds(1));
        Assert.NotEqual(old.KeyId, keys.Sign(Words).KeyId);

        Assert.Contains("\"private\":null", File.ReadAllText(Path.Combine(_folder, old.KeyId + ".json")), StringComparison.Ordinal);
        using var later = SigningKeys.Open(_folder, _time);
        Assert.All([keys, later], either => Assert.True(either.Verify(old.KeyId, Words, old.Value.Span)));
        Assert.NotEqual(old.KeyId, later.Sign(Words).KeyId);
    }

    [Fact]
    public void A_key_that_another_process_made_is_found()
    {
        using var service = SigningKeys.Open(_folder, _time);
        _time.Advance(SigningKeys.KeyLife);
        using var other = SigningKeys.Open(_folder, _time);
        var signature = other.Sign(Words);
        Assert.True(service.Verify(signature.KeyId, Words, signature.Value.Span));
    }

    [Theory]
    [InlineData("")]
    [InlineData("../../../../../../../../etc/passwd")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public void An_id_that_is_nobodys_key_verifies_nothing(string keyId)
    {
        using var keys = SigningKeys.Open(_folder, _time);
        Assert.False(keys.Verify(keyId, Words, keys.Sign(Words).Value.Span));
    }

    [Fact]
    public void A_key_file_that_others_can_read_is_refused_by_name()
    {
        SigningKeys.Open(_folder, _time).Dispose();
        File.SetUnixFileMode(TheFile, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);
        var refused = Assert.Throws<SigningKeyException>(() => SigningKeys.Open(_folder, _time));
        Assert.Contains(TheFile, refused.Message, StringComparison.Ordinal);
        Assert.Contains("600", refused.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"createdAt":"2026-11-06T22:15:00+00:00","public":"AAAA","private":null}""")]
    public void A_file_that_is_no_key_is_refused_by_name(string content)
    {
        SigningKeys.Open(_folder, _time).Dispose();
        File.WriteAllText(TheFile, content);
        Assert.Contains(TheFile, Assert.Throws<SigningKeyException>(() => SigningKeys.Open(_folder, _time)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_renamed_key_is_refused()
    {
        SigningKeys.Open(_folder, _time).Dispose();
        File.Move(TheFile, Path.Combine(_folder, "another.json"));
        Assert.Throws<SigningKeyException>(() => SigningKeys.Open(_folder, _time));
    }

    private static byte[] Flipped(byte[] bytes, int bit)
    {
        var changed = bytes.ToArray();
        changed[bit / 8] ^= (byte)(1 << (bit % 8));
        return changed;
    }
}
