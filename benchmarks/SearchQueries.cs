using System.Globalization;
using System.Text;
using Padron.Domain.Numbering;

namespace Padron.Benchmarks;

/// <summary>Something to look for.</summary>
/// <param name="Text">As somebody types it.</param>
/// <param name="Cursor">A contact from which on to read; null for the first page.</param>
/// <param name="Patterns">What <c>ilike</c> must find instead.</param>
sealed record SearchQuery(string Text, Guid? Cursor, params string[] Patterns);

/// <summary>What people look for, drawn from the contacts themselves: a name that many have is looked for often.</summary>
/// <remarks>Every second query asks for a later page instead of the first one.</remarks>
sealed class SearchQueries
{
    const int FewestLetters = 3;
    const int Seed = 1;

    // Words read the contacts in the order of their ids, so a quarter of them lies before this page.
    static readonly Guid LaterPage = Guid.Parse("40000000-0000-0000-0000-000000000000");

    static readonly string[] Spellings = ["{0}", "+52 {1} {2} {3}", "({1}) {2}-{3}", "044 {1} {2} {3}"];

    readonly IReadOnlyList<(Guid Id, PhoneNumber Phone, string[] Name, string[] Address)> drawn;
    readonly IReadOnlyList<string> vocabulary;
    readonly Random random = new(Seed);

    SearchQueries(IReadOnlyList<(Guid, PhoneNumber, string[], string[])> drawn, IReadOnlyList<string> vocabulary) => (this.drawn, this.vocabulary) = (drawn, vocabulary);

    /// <param name="count">Of each kind.</param>
    public static async Task<SearchQueries> DrawAsync(Register register, int count)
    {
        // Ids are keyed hashes: those in the middle are as good as chance, and stand on no first page.
        await using var chosen = register.DataSource.CreateCommand(
            """
            select s.id, s.phone, p.full_name, concat_ws(' ', p.address, p.neighborhood)
              from read.contact_states s join read.contact_profiles p using (id)
             where s.id > '80000000-0000-0000-0000-000000000000' and s.phone between 520000000000 and 529999999999
               and p.full_name ~ '^\w{3,} \w{3,} \w{3,}' and p.address ~ '\w{3,} .*\d' and p.neighborhood ~ '\w{3,}'
             order by s.id limit $1
            """);
        chosen.Parameters.Add(new() { Value = count });
        chosen.CommandTimeout = 0;
        var people = new List<(Guid, PhoneNumber, string[], string[])>();
        await using (var reader = await chosen.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
                people.Add((reader.GetGuid(0), new(reader.GetInt64(1)), Words(reader.GetString(2)), Words(reader.GetString(3))));
        }

        await using var rare = register.DataSource.CreateCommand("select word from read.search_vocabulary order by md5(word) limit $1");
        rare.Parameters.Add(new() { Value = count });
        var words = new List<string>();
        await using (var reader = await rare.ExecuteReaderAsync())
        {
            while (await reader.ReadAsync())
                words.Add(reader.GetString(0));
        }

        return new(people, words);
    }

    /// <summary>Whole numbers, each spelled in one of four ways.</summary>
    public IEnumerable<SearchQuery> Numbers() => drawn.Select((contact, i) =>
    {
        var national = National(contact.Phone);
        return new SearchQuery(
            string.Format(CultureInfo.InvariantCulture, Spellings[i % Spellings.Length], national, national[..2], national[2..6], national[6..]), null, national);
    });

    /// <summary>The first three to nine digits.</summary>
    public IEnumerable<SearchQuery> Beginnings() => drawn.Select((contact, i) =>
    {
        var digits = National(contact.Phone)[..(3 + i % 7)];
        return new SearchQuery(digits, Page(i, contact.Id, digits), digits + "%");
    });

    /// <summary>The last four to nine digits.</summary>
    public IEnumerable<SearchQuery> Endings() => drawn.Select((contact, i) =>
    {
        var digits = National(contact.Phone)[^(4 + i % 6)..];
        return new SearchQuery(digits, Page(i, contact.Id, digits), "%" + digits);
    });

    /// <summary>Words of a name in any order, half of them without accents.</summary>
    public IEnumerable<SearchQuery> Names(int words) => drawn.Select((contact, i) => OfWords(Some(contact.Name, words), i));

    /// <summary>Two words of a name, one of which has a letter wrong, missing or too many.</summary>
    public IEnumerable<SearchQuery> Mistyped() => drawn.Select((contact, i) =>
    {
        var words = Some(contact.Name, 2);
        words[0] = Mistype(words[0]);
        return OfWords(words, i);
    });

    /// <summary>Each word of the register once, however few have it.</summary>
    public IEnumerable<SearchQuery> RareWords() => vocabulary.Select((word, i) => OfWords([word], i));

    /// <summary>Two words of street or neighbourhood, and a house number where there is one.</summary>
    public IEnumerable<SearchQuery> Addresses() => drawn.Select((contact, i) =>
        OfWords([.. Some([.. contact.Address.Where(word => !HasDigit(word))], 2), .. contact.Address.Where(HasDigit).Take(1)], i));

    static SearchQuery OfWords(string[] words, int i) =>
        new(string.Join(' ', words.Select(word => i / 2 % 2 == 0 ? word : WithoutAccents(word).ToLowerInvariant())), i % 2 == 0 ? null : LaterPage, [.. words.Select(word => $"%{word}%")]);

    // Digits read in the order of numbers, on from the one that they were drawn from; there is nothing behind it where they are nearly all.
    static Guid? Page(int i, Guid contact, string digits) => i % 2 == 0 || digits.Length > 5 ? null : contact;

    string[] Some(string[] words, int count)
    {
        var shuffled = words.ToArray();
        random.Shuffle(shuffled);
        return [.. shuffled.Where(word => word.Length >= FewestLetters).Take(count)];
    }

    string Mistype(string word)
    {
        var at = random.Next(1, word.Length);
        return random.Next(3) switch
        {
            0 => word[..at] + "xkw"[random.Next(3)] + word[(at + 1)..],
            1 => word.Remove(at, 1),
            _ => word.Insert(at, word[at].ToString()),
        };
    }

    static string[] Words(string text) => text.Split([' ', '.', ',', '/', '-', '"', ';', '\''], StringSplitOptions.RemoveEmptyEntries);

    static bool HasDigit(string word) => word.Any(char.IsAsciiDigit);

    static string WithoutAccents(string text) =>
        string.Concat(text.Normalize(NormalizationForm.FormD).Where(c => CharUnicodeInfo.GetUnicodeCategory(c) is not UnicodeCategory.NonSpacingMark));

    static string National(PhoneNumber phone) => phone.MexicanNational.ToString("D10", CultureInfo.InvariantCulture);
}
