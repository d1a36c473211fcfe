using Npgsql;
using Padron.Application.Contacts;
using Padron.Domain;
using Padron.Projections.Search;

namespace Padron.Application.Search;

/// <summary>A page of contacts.</summary>
/// <param name="Contacts">In a fixed order, the same from page to page.</param>
/// <param name="Cursor">Asks for the next page; null on the last one.</param>
/// <param name="Corrected">Words that nobody in the register has, with those that were looked for instead.</param>
public sealed record ContactPage(IReadOnlyList<ContactDocument> Contacts, Guid? Cursor, IReadOnlyDictionary<string, IReadOnlyList<string>> Corrected);

/// <summary>Finds contacts by words of name and address, by the beginning of their number or by its end.</summary>
public sealed class ContactSearch(NpgsqlDataSource dataSource)
{
    /// <summary>Contacts a page at most.</summary>
    public const int LargestPage = 200;

    const int NationalDigits = 10;
    const int FewestDigits = 3;
    const int EndingDigits = 4;
    const long Mexico = 52 * TenDigits;
    const long TenDigits = 10_000_000_000;

    static readonly Dictionary<string, IReadOnlyList<string>> Nothing = [];

    /// <summary>Contacts whose name, address or neighbourhood has every word, the last one also as a beginning; without regard to accents and case.</summary>
    /// <param name="text">Words in any order. One that no contact has is replaced by those it may have been meant for.</param>
    /// <param name="limit">Contacts at most.</param>
    /// <param name="cursor">Of the page before.</param>
    /// <param name="ct">Cancels the queries.</param>
    /// <exception cref="RuleViolationException"><c>search_empty</c>, <c>search_not_ready</c></exception>
    public async Task<ContactPage> ByTextAsync(string text, int limit, Guid? cursor = null, CancellationToken ct = default)
    {
        var contacts = await RequireIndexAsync(ContactSearchIndexes.Text, ct);
        var words = await SearchWords.ReadAsync(dataSource, text, ct);
        if (words.Count == 0)
            throw new RuleViolationException("search_empty", "Say what to look for: a word of the name or of the address, of letters or digits.");
        var corrected = words.Where(word => !word.IsKnown).ToDictionary(word => word.Word, word => word.Similar, StringComparer.Ordinal);
        if (!words.All(word => word.IsKnown || word.Similar.Count > 0))
            return new([], null, corrected);
        var walk = new TextWalk(dataSource, SearchWords.ToQuery(words), contacts);
        return await PageAsync(size => walk.ReadAsync(cursor ?? Guid.Empty, size, ct), limit, corrected, ct);
    }

    /// <summary>Contacts whose national number begins with these digits.</summary>
    /// <param name="digits">3 to 10; spaces, hyphens and the like are left out, and so is +52 before ten digits.</param>
    /// <param name="limit">Contacts at most.</param>
    /// <param name="cursor">Of the page before.</param>
    /// <param name="ct">Cancels the query.</param>
    /// <exception cref="RuleViolationException"><c>search_digits</c></exception>
    public Task<ContactPage> ByPhoneAsync(string digits, int limit, Guid? cursor = null, CancellationToken ct = default)
    {
        var (prefix, length) = Read(digits, FewestDigits);
        var rest = (long)Math.Pow(10, NationalDigits - length);
        var first = Mexico + prefix * rest;
        return PageAsync(
            """
            select s.id from read.contact_states s
             where s.phone >= $1 and s.phone <= $2 and s.phone > coalesce((select phone from read.contact_states where id = $3), 0)
             order by s.phone limit $4
            """,
            limit, ct, first, first + rest - 1, cursor ?? Guid.Empty);
    }

    /// <summary>Contacts whose number ends with these digits.</summary>
    /// <param name="digits">4 to 10.</param>
    /// <param name="limit">Contacts at most.</param>
    /// <param name="cursor">Of the page before.</param>
    /// <param name="ct">Cancels the query.</param>
    /// <exception cref="RuleViolationException"><c>search_digits</c>, <c>search_not_ready</c></exception>
    public async Task<ContactPage> ByPhoneEndingAsync(string digits, int limit, Guid? cursor = null, CancellationToken ct = default)
    {
        var (ending, length) = Read(digits, EndingDigits);
        await RequireIndexAsync(ContactSearchIndexes.PhoneEnding, ct);
        return await PageAsync(
            """
            select s.id from read.contact_states s
             where s.phone % 10000 = $1 and s.phone % $2 = $3 and s.phone > coalesce((select phone from read.contact_states where id = $4), 0)
             order by s.phone limit $5
            """,
            limit, ct, ending % (long)Math.Pow(10, EndingDigits), (long)Math.Pow(10, length), ending, cursor ?? Guid.Empty);
    }

    Task<ContactPage> PageAsync(string ids, int limit, CancellationToken ct, params object[] values) => PageAsync(
        async size =>
        {
            await using var command = dataSource.CreateCommand(ids);
            foreach (var value in (object[])[.. values, size])
                command.Parameters.Add(new() { Value = value });
            await using var reader = await command.ExecuteReaderAsync(ct);
            var found = new List<Guid>(size);
            while (await reader.ReadAsync(ct))
                found.Add(reader.GetGuid(0));
            return found;
        },
        limit, Nothing, ct);

    // The ids of a page first, and one more: the contacts' other columns are read for as many as are shown.
    async Task<ContactPage> PageAsync(Func<int, Task<List<Guid>>> find, int limit, IReadOnlyDictionary<string, IReadOnlyList<string>> corrected, CancellationToken ct)
    {
        var size = Math.Clamp(limit, 1, LargestPage);
        var found = await find(size + 1);
        var page = found.Take(size).ToArray();
        var contacts = await GetContact.ReadAsync(dataSource, page, ct);
        return new(contacts, found.Count > size ? page[^1] : null, corrected);
    }

    /// <returns>The digits as a number, and how many they are.</returns>
    static (long Value, int Length) Read(string text, int fewest)
    {
        Span<char> digits = stackalloc char[NationalDigits + 2];
        var length = 0;
        foreach (var c in text)
        {
            if (!char.IsAsciiDigit(c) && !" +-.()/".Contains(c, StringComparison.Ordinal) || char.IsAsciiDigit(c) && length == digits.Length)
                throw Unreadable(fewest);
            if (char.IsAsciiDigit(c))
                digits[length++] = c;
        }

        var number = digits[..length];
        if (number.Length == digits.Length && number.StartsWith("52"))
            number = number[2..];
        return number.Length >= fewest && number.Length <= NationalDigits
            ? (long.Parse(number, System.Globalization.CultureInfo.InvariantCulture), number.Length)
            : throw Unreadable(fewest);
    }

    static RuleViolationException Unreadable(int fewest) => new("search_digits", $"Give {fewest} to {NationalDigits} digits of a Mexican number, or +52 and ten.");

    /// <returns>How many contacts its table has, as far as statistics know: -1 before the first.</returns>
    async Task<float> RequireIndexAsync(string name, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand(
            "select t.reltuples from pg_index i join pg_class t on t.oid = i.indrelid where i.indexrelid = to_regclass('read.' || $1) and i.indisvalid");
        command.Parameters.Add(new() { Value = name });
        return await command.ExecuteScalarAsync(ct) is float contacts
            ? contacts
            : throw new RuleViolationException("search_not_ready", "This search waits for an index that an import has not built yet: let the import finish, or go on with it (--resume).");
    }
}
