using System.Security.Cryptography;
using Padron.Domain.Contacts;

namespace Padron.Adapters.Contacts;

/// <summary>The contact key's file: 64 hexadecimal digits, readable by its owner alone, outside the database and part of every backup.</summary>
public static class ContactKeyFile
{
    const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <exception cref="FileNotFoundException">There is none yet.</exception>
    /// <exception cref="FormatException">It is no key, or others may read it; the message says what to do.</exception>
    public static ContactKey Read(string path)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no contact key at {path}: run `padron init`, or point PADRON_CONTACT_KEY_FILE to the key this register was made with.", path);
        if (!OperatingSystem.IsWindows() && (File.GetUnixFileMode(path) & ~OwnerOnly) != UnixFileMode.None)
            throw new FormatException($"Others may read the contact key {path}: run `chmod 600 {path}`.");
        var text = File.ReadAllText(path).Trim();
        return text.Length == 2 * ContactKey.Size && text.All(char.IsAsciiHexDigit)
            ? new ContactKey(Convert.FromHexString(text))
            : throw new FormatException($"{path} is not a contact key: it should hold {2 * ContactKey.Size} hexadecimal digits. Restore it from the backup.");
    }

    /// <summary>Makes a new key. Never replaces one.</summary>
    /// <exception cref="IOException">The file exists.</exception>
    public static ContactKey Create(string path)
    {
        var secret = RandomNumberGenerator.GetBytes(ContactKey.Size);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using var file = new StreamWriter(path, options);
        file.WriteLine(Convert.ToHexStringLower(secret));
        return new ContactKey(secret);
    }
}
