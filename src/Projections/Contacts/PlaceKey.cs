namespace Padron.Projections.Contacts;

/// <summary>How place names are compared: <c>read.place_key</c>, for text that <c>SourceText.Clean</c> has cleaned. A test holds the two together.</summary>
public static class PlaceKey
{
    const string Accented = "áàâäãéèêëíìîïóòôöõúùûüñçÁÀÂÄÃÉÈÊËÍÌÎÏÓÒÔÖÕÚÙÛÜÑÇ";
    const string Plain = "aaaaaeeeeiiiiooooouuuuncAAAAAEEEEIIIIOOOOOUUUUNC";

    /// <returns>Empty where no place is known.</returns>
    public static string Of(string? name) => name is null ? "" : string.Create(name.Length, name, static (key, name) =>
    {
        for (var i = 0; i < key.Length; i++)
            key[i] = Of(name[i]);
    });

    // Upper case in collation "C": of ASCII only.
    static char Of(char c)
    {
        if (char.IsAscii(c))
            return char.IsAsciiLetterLower(c) ? (char)(c - ('a' - 'A')) : c;
        var place = Accented.IndexOf(c, StringComparison.Ordinal);
        return place < 0 ? c : char.ToUpperInvariant(Plain[place]);
    }
}
