using Npgsql;

namespace Padron.Application.Search;

/// <summary>A word that is looked for.</summary>
/// <param name="Word">Without accents and case.</param>
/// <param name="IsBeginning">Also words that begin with it are meant: the last one, which may not be typed to its end.</param>
/// <param name="IsKnown">Whether any contact has, or had, such a word; of what has digits it is not known and taken for granted.</param>
/// <param name="Similar">If it is not known: words that contacts have and that are like it, the most similar first.</param>
sealed record SearchWord(string Word, bool IsBeginning, bool IsKnown, IReadOnlyList<string> Similar);

/// <summary>What somebody typed, as words that contacts have.</summary>
static class SearchWords
{
    const int ShortestBeginning = 3; // with two letters half of the register begins
    const int MostSimilar = 5;

    // Similarity is that of pg_trgm: shared groups of three letters, of all there are. A letter that is wrong, missing or too many in a name of seven
    // leaves about 0.4; the distance in length keeps REYES from RE.
    const string Sql = """
        with typed as (
            select lexeme as word, positions[1] as place, positions[1] = max(positions[1]) over () as is_last
              from unnest(read.search_vector($1, null, null))
        ),
        looked_up as (
            select word, place, is_last and length(word) >= $2 as is_beginning,
                   word collate "C" !~ '^[a-z]{3,30}$'
                   or exists (select from read.search_vocabulary v where v.word = t.word)
                   or is_last and length(word) >= $2 and exists (select from read.search_vocabulary v where v.word >= t.word and v.word < t.word || '~') as is_known
              from typed t
        )
        select word, is_beginning, is_known,
               case when not is_known then array(
                   select v.word from read.search_vocabulary v
                    where v.word % l.word and abs(length(v.word) - length(l.word)) <= 2
                    order by similarity(v.word, l.word) desc, v.word limit $3) end
          from looked_up l
         order by place
        """;

    /// <returns>In the order in which they were typed; none if there is neither a letter nor a digit.</returns>
    public static async Task<IReadOnlyList<SearchWord>> ReadAsync(NpgsqlDataSource dataSource, string text, CancellationToken ct)
    {
        await using var command = dataSource.CreateCommand(Sql);
        command.Parameters.Add(new() { Value = text });
        command.Parameters.Add(new() { Value = ShortestBeginning });
        command.Parameters.Add(new() { Value = MostSimilar });
        await using var reader = await command.ExecuteReaderAsync(ct);
        var words = new List<SearchWord>();
        while (await reader.ReadAsync(ct))
            words.Add(new(reader.GetString(0), reader.GetBoolean(1), reader.GetBoolean(2), await reader.IsDBNullAsync(3, ct) ? [] : await reader.GetFieldValueAsync<string[]>(3, ct)));
        return words;
    }

    /// <summary>All of them, as PostgreSQL's <c>tsquery</c>.</summary>
    public static string ToQuery(IEnumerable<SearchWord> words) => string.Join(" & ", words.Select(word => word.IsKnown
        ? Quoted(word.Word) + (word.IsBeginning ? ":*" : "")
        : $"({string.Join(" | ", word.Similar.Select(Quoted))})"));

    static string Quoted(string word) =>
        $"'{word.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'";
}
