CASE WHEN :1 = trunc(:1) THEN (:1 || '.0')::json ELSE to_json(:1) END
