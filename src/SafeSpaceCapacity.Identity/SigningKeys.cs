using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.IdentityModel.Tokens;

namespace SafeSpaceCapacity.Identity;

/// <summary>A signature and the key that made it.</summary>
/// <param name="KeyId">See <see cref="SigningKeys"/>.</param>
/// <param name="Value">ECDSA over P-256 and SHA-256, as r and s of 32 bytes each.</param>
public sealed record KeySignature(string KeyId, ReadOnlyMemory<byte> Value);

/// <summary>
/// The service's own signing keys (ES256), one file each in a folder that only the service's user can read. A key signs for
/// <see cref="KeyLife"/>, then its private half is erased; the public half stays, so that what it signed can be checked for good.
/// Several processes may use one folder: keys that another one made are found. Safe to share between threads.
/// </summary>
public sealed class SigningKeys : IDisposable
{
    /// <summary>How long a key signs.</summary>
    public static readonly TimeSpan KeyLife = TimeSpan.FromDays(30);

    private const UnixFileMode FolderMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private readonly string _folder;
    private readonly TimeProvider _time;
    private readonly Lock _gate = new();
    private ImmutableDictionary<string, SigningKey> _keys = ImmutableDictionary.Create<string, SigningKey>(StringComparer.Ordinal);

    private SigningKeys(string folder, TimeProvider time) => (_folder, _time) = (folder, time);

    /// <summary>Opens the folder, and makes it and a first key where there is none.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="time">The machine's clock.</param>
    /// <exception cref="SigningKeyException">A key file can't be read, or others than its user can read it.</exception>
    public static SigningKeys Open(string folder, TimeProvider time)
    {
        var keys = OpenExisting(folder, time);
        keys.Current();
        return keys;
    }

    /// <summary>Opens the folder to check signatures; makes no key.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="time">The machine's clock.</param>
    /// <exception cref="SigningKeyException">A key file can't be read, or others than its user can read it.</exception>
    public static SigningKeys OpenExisting(string folder, TimeProvider time)
    {
        Directory.CreateDirectory(folder, FolderMode);
        var keys = new SigningKeys(folder, time);
        keys.Load();
        return keys;
    }

    /// <summary>The public halves of all keys, for those who check tokens.</summary>
    public IEnumerable<SecurityKey> PublicKeys => _keys.Values.Select(key => key.Public);

    /// <summary>The public halves as a JSON Web Key Set (RFC 7517), for those who check what these keys signed elsewhere.</summary>
    public string PublicKeySet() => JsonSerializer.Serialize(new
    {
        keys = _keys.Values.OrderBy(key => key.CreatedAt).Select(key => JsonWebKeyConverter.ConvertFromECDsaSecurityKey(key.Public))
            .Select(key => new { kty = key.Kty, crv = key.Crv, kid = key.KeyId, use = "sig", alg = SecurityAlgorithms.EcdsaSha256, x = key.X, y = key.Y }),
    });

    /// <summary>
    /// The public half of a key that may have signed a token which still lives; null where there is none of that id. An older one proves
    /// nothing about a token: its private half, from an old copy, may be anybody's.
    /// </summary>
    public SecurityKey? TokenKey(string keyId) =>
        Find(keyId) is { } key && _time.GetUtcNow() < key.CreatedAt + KeyLife + TokenIssuer.LifeMax ? key.Public : null;

    /// <summary>Signs with the current key.</summary>
    public KeySignature Sign(ReadOnlySpan<byte> data)
    {
        lock (_gate)
        {
            var key = Current();
            return new KeySignature(key.Id, key.Private!.ECDsa.SignData(data, HashAlgorithmName.SHA256));
        }
    }

    /// <summary>Whether one of these keys signed this.</summary>
    public bool Verify(string keyId, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (Find(keyId) is not { } key)
            return false;
        lock (_gate)
            return key.Public.ECDsa.VerifyData(data, signature, HashAlgorithmName.SHA256);
    }

    /// <summary>What signs now.</summary>
    internal SigningCredentials Credentials()
    {
        lock (_gate)
            return new SigningCredentials(Current().Private, SecurityAlgorithms.EcdsaSha256);
    }

    /// <summary>Forgets the keys in memory.</summary>
    public void Dispose()
    {
        foreach (var key in _keys.Values)
            key.Dispose();
    }

    private SigningKey? Find(string keyId)
    {
        if (_keys.TryGetValue(keyId, out var key))
            return key;

        // Another process may have made it. An id that is no file name is nobody's key.
        lock (_gate)
        {
            if (keyId.Length == SigningKey.IdLength && keyId.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_') && File.Exists(PathOf(keyId)))
                Load();
        }

        return _keys.GetValueOrDefault(keyId);
    }

    private SigningKey Current()
    {
        lock (_gate)
        {
            var now = _time.GetUtcNow();
            var newest = _keys.Values.Where(key => key.Private is not null).MaxBy(key => key.CreatedAt);
            if (newest is not null && now < newest.CreatedAt + KeyLife)
                return newest;
            var made = SigningKey.Make(now);
            made.Write(PathOf(made.Id));
            _keys = _keys.Add(made.Id, made);
            foreach (var old in _keys.Values.Where(key => key.Private is not null && now >= key.CreatedAt + KeyLife).ToList())
            {
                var retired = old.WithoutPrivate();
                retired.Write(PathOf(old.Id));
                _keys = _keys.SetItem(old.Id, retired);
            }

            return made;
        }
    }

    private void Load()
    {
        foreach (var file in Directory.EnumerateFiles(_folder, "*.json"))
        {
            var id = Path.GetFileNameWithoutExtension(file);
            if (!_keys.ContainsKey(id))
                _keys = _keys.Add(id, SigningKey.Read(file));
        }
    }

    private string PathOf(string keyId) => Path.Combine(_folder, keyId + ".json");
}

/// <summary>A key of the service can't be used; says which file and why.</summary>
public sealed class SigningKeyException(string message, Exception? inner = null) : InvalidOperationException(message, inner);
