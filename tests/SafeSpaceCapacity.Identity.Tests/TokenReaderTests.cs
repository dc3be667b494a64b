namespace SafeSpaceCapacity.Identity.Tests;

/// <summary>Which tokens count.</summary>
public sealed class TokenReaderTests : IDisposable
{
    private static readonly TokenOrder Order = new("golf-12", [Role.Crew], [], [], null, TokenIssuer.LifeDefault);
    private readonly string _folder = Directory.CreateTempSubdirectory("safespace-reader-").FullName;
    private readonly ManualTime _time = new();
    private readonly SigningKeys _keys;

    public TokenReaderTests() => _keys = SigningKeys.Open(_folder, _time);

    public void Dispose()
    {
        _keys.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task A_genuine_token_counts_until_it_ends()
    {
        var reader = TokenReader.OfOwnKeys(_keys, _time);
        var token = new TokenIssuer(_keys, _time).Issue(Order);
        Assert.Equal("golf-12", (await reader.ReadAsync(token)).Grant?.Subject);
        _time.Advance(Order.Life);
        Assert.Equal(new TokenReading(null, "the token has ended, or has not begun: get a new one"), await reader.ReadAsync(token));
    }

    [Fact]
    public async Task A_node_whose_clock_is_a_moment_behind_the_one_that_made_a_token_takes_it()
    {
        // On a whole second: what a token says about its beginning has no parts of one.
        var ahead = new ManualTime();
        var token = new TokenIssuer(_keys, ahead).Issue(Order);
        var behind = new ManualTime();
        behind.Advance(TimeSpan.FromMilliseconds(-100));
        Assert.NotNull((await TokenReader.OfOwnKeys(_keys, behind).ReadAsync(token)).Grant);
        behind.Advance(TimeSpan.FromSeconds(-2));
        Assert.Equal(new TokenReading(null, "the token has ended, or has not begun: get a new one"), await TokenReader.OfOwnKeys(_keys, behind).ReadAsync(token));
    }

    [Fact]
    public async Task A_token_of_the_last_moment_of_a_key_counts_to_its_end()
    {
        var reader = TokenReader.OfOwnKeys(_keys, _time);
        _time.Advance(SigningKeys.KeyLife - TimeSpan.FromSeconds(1));
        var token = new TokenIssuer(_keys, _time).Issue(Order with { Life = TokenIssuer.LifeMax });
        _time.Advance(TokenIssuer.LifeMax - TimeSpan.FromSeconds(1));
        Assert.NotNull((await reader.ReadAsync(token)).Grant);
    }

    [Fact]
    public async Task A_key_that_signs_no_longer_proves_nothing_about_a_token()
    {
        // Somebody has the private half from an old copy of the folder, and signs with it now.
        var copy = Directory.CreateTempSubdirectory("safespace-copy-").FullName;
        foreach (var file in Directory.EnumerateFiles(_folder))
            File.Copy(file, Path.Combine(copy, Path.GetFileName(file)));
        using var stolen = SigningKeys.OpenExisting(copy, new ManualTime());
        var reader = TokenReader.OfOwnKeys(_keys, _time);
        Assert.NotNull((await reader.ReadAsync(new TokenIssuer(stolen, _time).Issue(Order))).Grant);
        _time.Advance(SigningKeys.KeyLife + TokenIssuer.LifeMax);
        Assert.Equal(new TokenReading(null, "the token is not genuine"), await reader.ReadAsync(new TokenIssuer(stolen, _time).Issue(Order)));
        Directory.Delete(copy, recursive: true);
    }
}
